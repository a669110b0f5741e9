package org.escrowmq.ops.cli;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection to the admin service, for one command. Calls block and fail with a {@link org.escrowmq.ops.Failure}. */
public final class AdminClient implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 160 << 20; // 32 messages of 4 MiB and their heads

    private final HostPort address;
    private final Duration timeout;
    private final ManagedChannel channel;

    /** Connects on the first call. */
    public AdminClient(HostPort address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
        this.channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .build();
    }

    /** Calls and waits for the answer, as long as the connection's time-out allows. */
    public <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
        return call(method, request, timeout);
    }

    /** Calls and waits for the answer. */
    public <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Duration within) {
        try {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.of(e, "admin service", address, "--admin");
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
