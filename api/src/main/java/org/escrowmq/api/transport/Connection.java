package org.escrowmq.api.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;

/** What a call can know about the connection it came on. */
public final class Connection {
    /** The source that a PROXY preface announced. */
    static final Attributes.Key<InetSocketAddress> ANNOUNCED_SOURCE = Attributes.Key.create("announced-source");

    /** The event loop that owns the connection. */
    static final Attributes.Key<Executor> EVENT_LOOP = Attributes.Key.create("event-loop");

    private Connection() {}

    /** The client's address as {@code host:port}: the announced one, else the peer of the socket. */
    public static String source(Attributes attributes) {
        SocketAddress announced = attributes.get(ANNOUNCED_SOURCE);
        SocketAddress source = announced != null ? announced : attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (source instanceof InetSocketAddress address) {
            String host = address.getAddress() == null
                    ? address.getHostString()
                    : address.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        }
        return String.valueOf(source);
    }

    /** The thread that owns the connection: work given to it runs in order and beside nothing else of the connection. */
    public static Executor eventLoop(Attributes attributes) {
        Executor loop = attributes.get(EVENT_LOOP);
        if (loop == null) throw new IllegalStateException("the connection was not negotiated by the shared port");
        return loop;
    }
}
