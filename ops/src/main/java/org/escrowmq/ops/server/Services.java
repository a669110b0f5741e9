package org.escrowmq.ops.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.escrowmq.api.admin.AdminServer;
import org.escrowmq.api.admin.AdminSettings;
import org.escrowmq.api.messaging.MessagingServer;
import org.escrowmq.api.messaging.MessagingSettings;
import org.escrowmq.api.transport.TlsMode;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.EscrowBroker;
import org.escrowmq.ops.Version;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of a node, wired together. The admin port opens as soon as the store is open, so that a long recovery can be watched;
 * the messaging port opens when queues are served.
 */
final class Services {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
    private static final Duration SAY_SOMETHING = Duration.ofSeconds(10);

    private final Broker broker;
    private final AdminServer admin;
    private final MessagingServer messaging;

    private Services(Broker broker, AdminServer admin, MessagingServer messaging) {
        this.broker = broker;
        this.admin = admin;
        this.messaging = messaging;
    }

    /** Starts all of it; what was started is stopped again when something fails. */
    static Services start(ServerConfig config) {
        AdminSettings adminSettings = checked(() -> AdminSettings.of(config.all(), Version.current(), folder(config)));
        MessagingSettings messagingSettings = checked(() -> MessagingSettings.of(config.all()));
        List<Stoppable> started = new ArrayList<>();
        try {
            Broker node = EscrowBroker.start(config.own(), new StorageFault());
            started.add(() -> closed(node));
            CompletableFuture<Void> announced = new CompletableFuture<>();
            Broker broker = new AnnouncedBroker(node, announced);
            AdminServer admin =
                    Waiting.forStage(AdminServer.start(broker, adminSettings), OPEN_LIMIT, "the admin port");
            started.add(admin::stop);
            awaitQueues(node);
            MessagingServer messaging = MessagingServer.start(broker, messagingSettings);
            started.add(messaging::stop);
            new WarmUp(broker.catalogue(), config.warmUp()).run(clients(messagingSettings, messaging.port()));
            announced.complete(null);
            return new Services(broker, admin, messaging);
        } catch (IOException e) {
            stopAll(started, config);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            stopAll(started, config);
            throw e;
        }
    }

    private interface Stoppable {
        CompletionStage<Void> stop();
    }

    private static void stopAll(List<Stoppable> started, ServerConfig config) {
        for (int i = started.size() - 1; i >= 0; i--) {
            try {
                Waiting.forStage(started.get(i).stop(), config.stopTimeout(), "the stop of a failed start");
            } catch (RuntimeException e) { // whatever it is, it must not hide why the start failed
                LOG.warn("not stopped in good order after the failed start: {}", e.toString());
            }
        }
    }

    /** Recovery takes as long as it takes; the log shows that it goes on. */
    private static void awaitQueues(Broker node) {
        CompletableFuture<Void> ready = node.ready().toCompletableFuture();
        while (!ready.isDone()) {
            CompletableFuture<Void> patience = new CompletableFuture<Void>()
                    .completeOnTimeout(null, SAY_SOMETHING.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture.anyOf(ready, patience)
                    .exceptionally(fault -> null)
                    .join();
            if (!ready.isDone()) LOG.info("recovering: the queues are not served yet");
        }
        ready.join();
    }

    private static List<WarmUpClient> clients(MessagingSettings settings, int port) {
        InetSocketAddress address = new InetSocketAddress(reachable(settings.host()), port);
        List<WarmUpClient> clients = new ArrayList<>();
        if (settings.tls().mode() != TlsMode.DISABLE) clients.add(WarmUpClient.tls(address));
        if (settings.tls().mode() != TlsMode.ENFORCE) clients.add(WarmUpClient.plaintext(address));
        return clients;
    }

    /** A server on all addresses is met on loopback. */
    private static InetAddress reachable(String host) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    }

    static String folder(ServerConfig config) {
        return Path.of(config.all().getString(ConfigKeys.DATA_FOLDER))
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    Broker broker() {
        return broker;
    }

    int messagingPort() {
        return messaging.port();
    }

    int adminPort() {
        return admin.port();
    }

    /** Readiness says no, open calls end, the journal closes. */
    CompletionStage<Void> stop() {
        admin.announceStop();
        return messaging.stop().thenCompose(done -> admin.stop()).thenCompose(done -> closed(broker));
    }

    /** The actor system's end closes the journal too; whoever comes second waits for the first. */
    private static CompletionStage<Void> closed(Broker broker) {
        return broker.stop().thenRun(() -> broker.journal().close());
    }

    private static <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw StartFailures.configuration(String.valueOf(e.getMessage()), e);
        }
    }
}
