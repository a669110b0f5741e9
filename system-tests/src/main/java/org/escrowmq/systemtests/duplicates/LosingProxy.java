package org.escrowmq.systemtests.duplicates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.shaded.grpc.netty.NettyServerBuilder;
import org.apache.rocketmq.shaded.io.grpc.HandlerRegistry;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannel;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannelBuilder;
import org.apache.rocketmq.shaded.io.grpc.MethodDescriptor;
import org.apache.rocketmq.shaded.io.grpc.Server;
import org.apache.rocketmq.shaded.io.grpc.ServerMethodDefinition;
import org.escrowmq.systemtests.client.RawBytes;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC proxy before a messaging service, plaintext on both sides, that passes on every call as its bytes but loses some answers: when
 * the server has stored a message, the client gets UNAVAILABLE by a seeded chance. A call that comes while the server is away waits for
 * it, as long as its own deadline allows.
 */
public final class LosingProxy implements AutoCloseable {
    private static final String SEND = "apache.rocketmq.v2.MessagingService/SendMessage";
    private static final int MESSAGE_BYTES_MAX = 160 << 20;

    private final ManagedChannel far;
    private final Server near;
    private final Random random;
    private final double share;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong passed = new AtomicLong();

    /** Before {@code endpoint}; loses {@code share} (0 to 1) of the good answers to sends. */
    public LosingProxy(String endpoint, double share, long seed) {
        this.share = share;
        this.random = new Random(seed);
        this.far = ManagedChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
        this.near = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .fallbackHandlerRegistry(new EveryMethod())
                .build();
        try {
            near.start();
        } catch (IOException e) {
            far.shutdownNow();
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find it. */
    public String endpoint() {
        return "127.0.0.1:" + near.getPort();
    }

    /** Good answers that were lost. */
    public long lost() {
        return lost.get();
    }

    /** Good answers that were passed on. */
    public long passed() {
        return passed.get();
    }

    /** Draws for one good answer. */
    boolean loses() {
        boolean loses;
        synchronized (random) {
            loses = random.nextDouble() < share;
        }
        (loses ? lost : passed).incrementAndGet();
        return loses;
    }

    /** Passes on whatever is called. How many messages a call has does not matter to bytes. */
    private final class EveryMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = RawBytes.method(name, MethodDescriptor.MethodType.UNKNOWN);
            return ServerMethodDefinition.create(
                    method,
                    (call, headers) -> name.equals(SEND)
                            ? new PassedCall.Send(call, LosingProxy.this::loses).start(far, method, headers)
                            : new PassedCall(call).start(far, method, headers));
        }
    }

    @Override
    public void close() {
        near.shutdownNow();
        far.shutdownNow();
    }
}
