package org.escrowmq.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that makes many calls one right after another, over the transport that most gRPC clients have. It pings all the while. */
class QuickClientTest {
    private static final MethodDescriptor<byte[], byte[]> LIST_TOPICS = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("escrow.admin.v1.AdminService/ListTopics")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    /** Messages as they are on the wire. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void isServedToTheEnd() throws InterruptedException {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port.server.port())
                    .usePlaintext()
                    .build();
            int served = 0;
            for (int i = 0; i < 3_000; i++) {
                ClientCalls.blockingUnaryCall(channel, LIST_TOPICS, CallOptions.DEFAULT, new byte[0]);
                served++;
            }
            assertEquals(3_000, served);
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }
}
