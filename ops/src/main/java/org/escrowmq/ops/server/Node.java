package org.escrowmq.ops.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.Version;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server in this process, from its start to its end.
 *
 * <p>Start order: log, broker (takes the folder's lock, recovers), messaging service, admin service, warm-up, ready. Stop order, the
 * other way round: readiness says no, open calls end, the journal closes. SIGTERM stops it; the process then ends with 0.
 */
public final class Node {
    private final ServerConfig config;
    private final Services services;
    private final Duration took;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean stopping;

    private Node(ServerConfig config, Services services, Duration took) {
        this.config = config;
        this.services = services;
        this.took = took;
    }

    /** Starts everything and returns when the server is ready. Fails with what the process should end with. */
    public static Node start(ServerConfig config) {
        LogBackend.use(config.log());
        Logger log = LoggerFactory.getLogger(Node.class);
        log.info(
                "Escrow {} on Java {}, class archive: {}",
                Version.current(),
                System.getProperty("java.version"),
                System.getProperty("org.escrowmq.class-archive", "none"));
        new TreeMap<>(config.given()).forEach((key, value) -> log.info("{} = {}", key, value));
        try {
            Services services = Services.start(config);
            Node node = new Node(config, services, sinceProcessStart());
            Runtime.getRuntime().addShutdownHook(new Thread(node::stopAndEnd, "escrow-stop"));
            log.info("{}", node.readyLine());
            return node;
        } catch (RuntimeException fault) {
            Failure failure = StartFailures.of(fault);
            if (failure.exitCode() == ExitCode.ERROR) log.error("the start failed", fault);
            throw failure;
        }
    }

    /** The line that says that clients may come. Its form is fixed: scripts wait for it. */
    public String readyLine() {
        return String.format(
                Locale.ROOT,
                "ready messaging=%s:%d admin=%s:%d data=%s took=%.2fs version=%s",
                config.all().getString(ConfigKeys.MESSAGING_HOST),
                messagingPort(),
                config.all().getString(ConfigKeys.ADMIN_HOST),
                adminPort(),
                Services.folder(config),
                took.toMillis() / 1000.0,
                Version.current());
    }

    /** The port that clients use. */
    public int messagingPort() {
        return services.messagingPort();
    }

    /** The port that operators use. */
    public int adminPort() {
        return services.adminPort();
    }

    /** Topics and groups. */
    public Catalogue catalogue() {
        return services.broker().catalogue();
    }

    /** Returns when the server has stopped, whoever asked for it. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Answers what is in flight, closes the store, and returns; a second call does nothing. */
    public synchronized void stop() {
        if (stopping) return;
        stopping = true;
        try {
            Waiting.forStage(services.stop(), config.stopTimeout(), "the stop");
        } finally {
            stopped.countDown();
        }
    }

    /** In the shutdown hook the exit code can only be chosen by ending at once. */
    private void stopAndEnd() {
        if (stopped.getCount() == 0) return;
        Logger log = LoggerFactory.getLogger(Node.class);
        log.info("stopping");
        try {
            stop();
            log.info("stopped");
            Runtime.getRuntime().halt(ExitCode.OK.code());
        } catch (RuntimeException fault) {
            log.error("not stopped in good order; the next start recovers from the journal", fault);
            Runtime.getRuntime().halt(ExitCode.ERROR.code());
        }
    }

    private static Duration sinceProcessStart() {
        Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Duration.between(started, Instant.now());
    }
}
