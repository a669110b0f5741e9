package org.escrowmq.api.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads that serve a port: epoll where the platform has it, else NIO. They accept, read, handle and write. */
public record EventLoops(
        EventLoopGroup group, Class<? extends ServerChannel> channelType, Class<? extends Channel> clientChannelType) {
    private static final long QUIET_MILLIS = 0;

    /** Starts {@code threads} loops whose threads are named after {@code name}. */
    public static EventLoops start(String name, int threads) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return Epoll.isAvailable()
                ? new EventLoops(
                        new EpollEventLoopGroup(threads, factory),
                        EpollServerSocketChannel.class,
                        EpollSocketChannel.class)
                : new EventLoops(
                        new NioEventLoopGroup(threads, factory), NioServerSocketChannel.class, NioSocketChannel.class);
    }

    /** Ends the threads and waits for it, at most {@code millis}. */
    public void stop(long millis) {
        group.shutdownGracefully(QUIET_MILLIS, millis, TimeUnit.MILLISECONDS).awaitUninterruptibly(millis);
    }
}
