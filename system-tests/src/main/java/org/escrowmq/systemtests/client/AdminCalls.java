package org.escrowmq.systemtests.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.shaded.com.google.protobuf.CodedOutputStream;
import org.apache.rocketmq.shaded.io.grpc.CallOptions;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannel;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannelBuilder;
import org.apache.rocketmq.shaded.io.grpc.MethodDescriptor;
import org.apache.rocketmq.shaded.io.grpc.stub.ClientCalls;

/**
 * The few calls of the admin service that tests need many times, written field by field after
 * {@code escrow/admin/v1/admin.proto}: the command line would cost a JVM for each. Thread-safe.
 */
public final class AdminCalls implements AutoCloseable {
    /** {@code escrow.admin.v1.Permission}. */
    public enum Permission {
        NONE(1),
        READ(2),
        WRITE(3),
        READ_WRITE(4);

        private final int number;

        Permission(int number) {
            this.number = number;
        }
    }

    /** {@code escrow.admin.v1.StartPosition}. */
    public enum Start {
        FIRST(1),
        LATEST(2);

        private final int number;

        Start(int number) {
            this.number = number;
        }
    }

    private static final long DEADLINE_SECONDS = 20;

    private final ManagedChannel channel;

    /** {@code endpoint} is the admin port, {@code host:port}, plaintext. */
    public AdminCalls(String endpoint) {
        this.channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
    }

    public void createTopic(String name, int queues) {
        createTopic(name, queues, Permission.READ_WRITE);
    }

    public void createTopic(String name, int queues, Permission permission) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeInt32(3, queues);
            out.writeEnum(4, permission.number);
        });
    }

    public void updateTopic(String name, Permission permission) {
        call("UpdateTopic", out -> {
            out.writeString(1, name);
            out.writeEnum(3, permission.number);
        });
    }

    public void createGroup(String name, Start start) {
        call("CreateGroup", out -> {
            out.writeString(1, name);
            out.writeEnum(4, start.number);
        });
    }

    /** Moves the group on all queues of the topic. */
    public void resetOffset(String group, String topic, Start to) {
        call("ResetOffset", out -> {
            out.writeString(1, group);
            out.writeString(2, topic);
            out.writeEnum(4, to.number);
        });
    }

    private void call(String method, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("escrow.admin.v1.AdminService/" + method)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        ClientCalls.blockingUnaryCall(
                channel,
                descriptor,
                CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
                bytes.toByteArray());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Writes the fields of a request. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /** A message as its bytes. */
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
}
