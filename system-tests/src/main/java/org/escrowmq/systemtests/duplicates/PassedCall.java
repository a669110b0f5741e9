package org.escrowmq.systemtests.duplicates;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.SendMessageResponse;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.shaded.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.rocketmq.shaded.io.grpc.CallOptions;
import org.apache.rocketmq.shaded.io.grpc.Channel;
import org.apache.rocketmq.shaded.io.grpc.ClientCall;
import org.apache.rocketmq.shaded.io.grpc.Metadata;
import org.apache.rocketmq.shaded.io.grpc.MethodDescriptor;
import org.apache.rocketmq.shaded.io.grpc.ServerCall;
import org.apache.rocketmq.shaded.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** One call passed on message by message: what comes from the far side goes to the near side as it is. */
class PassedCall extends ClientCall.Listener<byte[]> {
    final ServerCall<byte[], byte[]> near;

    PassedCall(ServerCall<byte[], byte[]> near) {
        this.near = near;
    }

    /** Begins the call on the far side; what is returned hears the near side. */
    ServerCall.Listener<byte[]> start(Channel channel, MethodDescriptor<byte[], byte[]> method, Metadata headers) {
        ClientCall<byte[], byte[]> far = channel.newCall(method, CallOptions.DEFAULT.withWaitForReady());
        far.start(this, headers);
        far.request(Integer.MAX_VALUE);
        near.request(Integer.MAX_VALUE);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                far.sendMessage(message);
            }

            @Override
            public void onHalfClose() {
                far.halfClose();
            }

            @Override
            public void onCancel() {
                far.cancel("the client gave up", null);
            }
        };
    }

    @Override
    public void onHeaders(Metadata headers) {
        near.sendHeaders(headers);
    }

    @Override
    public void onMessage(byte[] message) {
        near.sendMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        near.close(status, trailers);
    }

    /** A send: its answer waits until the call has ended well, and may then be lost. */
    static final class Send extends PassedCall {
        private final BooleanSupplier loses;
        private @Nullable Metadata headers;
        private byte @Nullable [] answer;

        Send(ServerCall<byte[], byte[]> near, BooleanSupplier loses) {
            super(near);
            this.loses = loses;
        }

        @Override
        public void onHeaders(Metadata received) {
            headers = received;
        }

        @Override
        public void onMessage(byte[] message) {
            answer = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            byte[] message = answer;
            if (status.isOk() && message != null && isGood(message) && loses.getAsBoolean()) {
                near.close(Status.UNAVAILABLE.withDescription("this answer was lost on purpose"), new Metadata());
                return;
            }
            if (headers != null) near.sendHeaders(headers);
            if (message != null) near.sendMessage(message);
            near.close(status, trailers);
        }

        private static boolean isGood(byte[] answer) {
            try {
                return SendMessageResponse.parseFrom(answer).getStatus().getCode() == Code.OK;
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the server's answer to a send is not one", e);
            }
        }
    }
}
