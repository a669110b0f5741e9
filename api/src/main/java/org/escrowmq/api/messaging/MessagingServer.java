package org.escrowmq.api.messaging;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.escrowmq.api.transport.EventLoops;
import org.escrowmq.api.transport.SharedPort;
import org.escrowmq.api.transport.TlsIdentity;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.jspecify.annotations.Nullable;

/** The messaging service on its port. Started once, stopped once. */
public final class MessagingServer {
    /** Held here, since a logger's level is forgotten together with the logger. */
    private static final Logger CONNECTIONS =
            Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerTransport");

    static {
        CONNECTIONS.setLevel(Level.WARNING); // clients that break off are no news, and each would be a stack trace
    }

    private final Server server;
    private final MessagingService service;
    private final EventLoops loops;
    private final MessagingSettings settings;

    private MessagingServer(Server server, MessagingService service, EventLoops loops, MessagingSettings settings) {
        this.server = server;
        this.service = service;
        this.loops = loops;
        this.settings = settings;
    }

    /** Listens; calls are served from now on, so the broker should be ready. Fails when the port is taken. */
    public static MessagingServer start(Broker broker, MessagingSettings settings) throws IOException {
        return start(
                broker.catalogue(),
                broker.exchange(),
                broker.streams(),
                broker.clients(),
                broker.quotas().limiter(),
                settings,
                InstantSource.system());
    }

    /** Listens, over these parts of a broker. */
    public static MessagingServer start(
            Catalogue catalogue,
            MessageExchange exchange,
            QueueStreams streams,
            ClientRegistry clients,
            QuotaLimiter quotas,
            MessagingSettings settings,
            InstantSource clock)
            throws IOException {
        TlsIdentity identity = identity(settings);
        EventLoops loops = EventLoops.start("messaging", settings.eventLoops());
        try {
            MessagingService service = new MessagingService(
                    catalogue,
                    exchange,
                    streams,
                    clients,
                    quotas,
                    settings,
                    storeHost(settings),
                    (work, delay, unit) -> schedule(loops, work, delay, unit),
                    clock);
            Server server = builder(settings, loops, identity)
                    .addService(service.definition())
                    .build()
                    .start();
            watch(identity, settings, loops);
            return new MessagingServer(server, service, loops, settings);
        } catch (IOException | RuntimeException e) {
            loops.stop(settings.stopTimeout().toMillis());
            throw e;
        }
    }

    /** The port that is listened on. */
    public int port() {
        return server.getPort();
    }

    /**
     * Makes {@code rounds} of a client's calls through the port, over TLS and over plaintext as far as either is served, so
     * that the first real client does not pay for class loading and cold code. Changes nothing in the broker.
     */
    public CompletionStage<Void> warmUp(int rounds) {
        return WarmUp.through(settings, port(), loops, rounds);
    }

    /** What it is busy with. */
    public MessagingLoad load() {
        return service.load();
    }

    /**
     * Stops: streams and waiting receives end in peace, no new connection is taken, calls under way are answered, at most for
     * the configured time. Completes when the port is free.
     */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Thread stopper = new Thread(
                () -> {
                    try {
                        stopNow();
                        stopped.complete(null);
                    } catch (RuntimeException e) {
                        stopped.completeExceptionally(e);
                    }
                },
                "messaging-stop");
        stopper.start();
        return stopped;
    }

    private void stopNow() {
        service.stop();
        server.shutdown();
        try {
            if (!server.awaitTermination(settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
            server.awaitTermination(settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        loops.stop(settings.stopTimeout().toMillis());
    }

    private static NettyServerBuilder builder(
            MessagingSettings settings, EventLoops loops, @Nullable TlsIdentity identity) {
        MessagingSettings.Limits limits = settings.limits();
        MessagingSettings.KeepAlive keepAlive = settings.keepAlive();
        return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
                .bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .channelType(loops.channelType())
                .withOption(ChannelOption.SO_BACKLOG, 1024)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .protocolNegotiator(new SharedPort(settings.tls().mode(), identity, settings.proxyPreface()))
                .directExecutor()
                .maxInboundMessageSize(limits.requestBytes())
                .maxInboundMetadataSize(limits.headerBytes())
                .maxConcurrentCallsPerConnection(limits.callsPerConnection())
                .flowControlWindow(limits.flowControlWindowBytes())
                .maxRstFramesPerWindow(
                        limits.resetsPerWindow(), (int) limits.resetWindow().toSeconds())
                .permitKeepAliveTime(keepAlive.permitted().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(keepAlive.interval().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(keepAlive.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static @Nullable TlsIdentity identity(MessagingSettings settings) throws IOException {
        if (!settings.tls().mode().takesTls()) return null;
        if (settings.tls().files().isPresent()) {
            MessagingSettings.Tls.Files files = settings.tls().files().get();
            return TlsIdentity.ofFiles(files.certificate(), files.key());
        }
        return TlsIdentity.selfSigned(namesOf(settings));
    }

    private static Set<String> namesOf(MessagingSettings settings) {
        Set<String> names = new LinkedHashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            names.add("localhost"); // a host without a name is known by its addresses only
        }
        settings.advertised().forEach(address -> names.add(address.host()));
        return names;
    }

    private static void schedule(EventLoops loops, Runnable work, long delay, TimeUnit unit) {
        Future<?> unused = loops.group().next().schedule(work, delay, unit);
    }

    private static void watch(@Nullable TlsIdentity identity, MessagingSettings settings, EventLoops loops) {
        if (identity == null || settings.tls().files().isEmpty()) return;
        long millis = settings.tls().reloadInterval().toMillis();
        // Two small files: reading them does not hold up the loop.
        Future<?> unused = loops.group()
                .next()
                .scheduleWithFixedDelay(identity::reloadIfChanged, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static String storeHost(MessagingSettings settings) {
        if (!settings.advertised().isEmpty()) {
            AdvertisedAddress first = settings.advertised().get(0);
            return first.host() + ":" + first.port();
        }
        return settings.host() + ":" + settings.port();
    }
}
