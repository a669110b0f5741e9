package org.escrowmq.api.transport;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.ProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves TLS and plaintext on one port: looks at a connection's first bytes, takes a PROXY preface off (where that is
 * allowed), and goes on as TLS or as plaintext HTTP/2.
 */
public final class SharedPort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final int TLS_HANDSHAKE = 0x16;
    private static final byte[] HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final TlsMode mode;
    private final @Nullable TlsIdentity identity;
    private final boolean takesProxyPreface;

    /** {@code identity} may be absent only where {@code mode} is {@link TlsMode#DISABLE}. */
    public SharedPort(TlsMode mode, @Nullable TlsIdentity identity, boolean takesProxyPreface) {
        if (mode.takesTls() && identity == null) throw new IllegalArgumentException("TLS needs a certificate");
        this.mode = mode;
        this.identity = identity;
        this.takesProxyPreface = takesProxyPreface;
    }

    @Override
    public AsciiString scheme() {
        return AsciiString.cached(mode.takesTls() ? "https" : "http");
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new FirstBytes(grpc);
    }

    @Override
    public void close() {}

    /** Reads what comes before TLS or HTTP/2 on one connection, then leaves the pipeline. Owned by its event loop. */
    private final class FirstBytes extends ByteToMessageDecoder {
        private final GrpcHttp2ConnectionHandler grpc;
        private ProtocolNegotiationEvent event = InternalProtocolNegotiationEvent.getDefault();
        private boolean prefacePossible = takesProxyPreface;
        private @Nullable InetSocketAddress announced;

        FirstBytes(GrpcHttp2ConnectionHandler grpc) {
            this.grpc = grpc;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object triggered) throws Exception {
            if (triggered instanceof ProtocolNegotiationEvent start) {
                event = start; // held back until it is known what the connection speaks
            } else {
                super.userEventTriggered(context, triggered);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (prefacePossible && !prefaceRead(context, in)) return;
            if (!in.isReadable()) return;
            boolean tls = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
            if (tls ? !mode.takesTls() : !mode.takesPlaintext()) {
                refuse(context, in);
                return;
            }
            if (!tls && !http2(context, in)) return;
            goOn(context, tls);
        }

        /** True when the HTTP/2 preface is there. Anything else is closed here, quietly: ports are scanned all day. */
        private boolean http2(ChannelHandlerContext context, ByteBuf in) {
            int seen = Math.min(in.readableBytes(), HTTP2_PREFACE.length);
            for (int i = 0; i < seen; i++) {
                if (in.getByte(in.readerIndex() + i) != HTTP2_PREFACE[i]) {
                    refuse(context, in);
                    return false;
                }
            }
            return seen == HTTP2_PREFACE.length;
        }

        /** True when the preface is behind us or there is none; false when more bytes are needed. */
        private boolean prefaceRead(ChannelHandlerContext context, ByteBuf in) {
            try {
                ProxyPreface.Sight sight = ProxyPreface.look(in.nioBuffer());
                if (sight == ProxyPreface.Sight.INCOMPLETE) return false;
                if (sight == ProxyPreface.Sight.COMPLETE) {
                    ProxyPreface preface = ProxyPreface.read(in.nioBuffer());
                    in.skipBytes(preface.length());
                    announced = preface.source();
                }
            } catch (ProxyPreface.MalformedPrefaceException e) {
                refuse(context, in);
                return false;
            }
            prefacePossible = false;
            return true;
        }

        private void refuse(ChannelHandlerContext context, ByteBuf in) {
            in.skipBytes(in.readableBytes());
            ChannelFuture unused = context.close();
        }

        private void goOn(ChannelHandlerContext context, boolean tls) {
            context.pipeline().addAfter(context.name(), null, next(tls));
            context.fireUserEventTriggered(withConnection(context));
            context.pipeline().remove(this); // hands the bytes read so far to the next handler
        }

        private ChannelHandler next(boolean tls) {
            if (!tls || identity == null)
                return InternalProtocolNegotiators.serverPlaintext().newHandler(grpc);
            return InternalProtocolNegotiators.serverTls(identity.current()).newHandler(grpc);
        }

        private ProtocolNegotiationEvent withConnection(ChannelHandlerContext context) {
            var attributes = InternalProtocolNegotiationEvent.getAttributes(event).toBuilder()
                    .set(Connection.EVENT_LOOP, context.channel().eventLoop());
            if (announced != null) attributes.set(Connection.ANNOUNCED_SOURCE, announced);
            return InternalProtocolNegotiationEvent.withAttributes(event, attributes.build());
        }
    }
}
