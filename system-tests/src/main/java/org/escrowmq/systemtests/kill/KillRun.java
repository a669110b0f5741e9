package org.escrowmq.systemtests.kill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.rocketmq.client.apis.ClientException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.ClosedTogether;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.History;
import org.escrowmq.systemtests.history.HistoryChecker;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.history.Limits;
import org.escrowmq.systemtests.history.Violation;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * One server, killed (SIGKILL) and started again under load while the same clients go on by themselves; then everything is drained and
 * the history checked. Moments are random by seed: most leave the clients time to come back, every fourth comes at once.
 */
public final class KillRun {
    private static final String TOPIC = "kill-topic";
    private static final Set<String> GROUPS = Set.of("kill-workers", "kill-audit");
    private static final Duration BACK_WITHIN = Duration.ofSeconds(5);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final Path home;
    private final Path folder;
    private final int kills;
    private final int perSecond;
    private final Random random;
    private final boolean tls;
    private final Consumer<String> progress;
    private final HistoryRecorder recorder = new HistoryRecorder();

    /** {@code folder} is for the server's data and may not hold any yet. */
    public KillRun(
            Path home, Path folder, int kills, int perSecond, long seed, boolean tls, Consumer<String> progress) {
        this.home = home;
        this.folder = folder;
        this.kills = kills;
        this.perSecond = perSecond;
        this.random = new Random(seed);
        this.tls = tls;
        this.progress = progress;
    }

    /** One restart: data on disk when it was killed, time to ready, and from ready to the first acknowledged send and delivery. */
    public record Restart(long dataBytes, Duration toReady, Duration toSend, Duration toDelivery) {}

    /** How it went; {@code violations} is empty when nothing was lost, doubled, invented or late. */
    public record Result(long messages, long unknownSends, List<Restart> restarts, List<Violation> violations) {}

    /** Runs it all. */
    public Result run() throws Exception {
        // What a killed server had handed out, unseen by any client, comes again after this time instead of two
        // minutes.
        Map<String, String> keys = Map.of("escrow.cluster.client-liveness", "25s");
        try (EscrowServer server = EscrowServer.start(home, folder, keys)) {
            server.createTopic(TOPIC, 8);
            GROUPS.forEach(group -> server.createGroup(group, "first"));
            OfficialClients clients = server.clients(tls);
            try (ClosedTogether consumers = new ClosedTogether();
                    RecordedProducers producers = new RecordedProducers(clients, TOPIC, recorder, 8, perSecond)) {
                for (int i = 0; i < 3; i++) consumers.add(consumer(clients, "kill-workers"));
                consumers.add(consumer(clients, "kill-audit"));
                List<RecordedKill> killed = new ArrayList<>();
                for (int kill = 1; kill <= kills; kill++) {
                    boolean atOnce = kill % 4 == 0;
                    run(atOnce ? random.nextInt(2000) : 6000 + random.nextInt(3000));
                    RecordedKill last = RecordedKill.of(server, recorder);
                    killed.add(last);
                    progress.accept("kill " + kill + " of " + kills + ": ready after "
                            + last.toReady().toMillis() + " ms, data " + last.dataBytes() / 1_000_000
                            + " MB, sends begun " + producers.begun());
                }
                run(6000);
                recorder.record(new Event.LoadEnded(System.nanoTime()));
                producers.stop();
                progress.accept("draining");
                drain();
                return result(killed);
            }
        }
    }

    private RecordedConsumer consumer(OfficialClients clients, String group) throws ClientException {
        return new RecordedConsumer(clients, TOPIC, group, recorder, 0.002);
    }

    /** Lets the load go on. */
    private static void run(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** Until every acknowledged message was acked in each group and nothing has come for a while; or the limit, which the checker judges. */
    private void drain() {
        long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
        Awaitility.await()
                .atMost(DRAIN_LIMIT.plusMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    History history = recorder.history();
                    return System.nanoTime() > end || history.settled(GROUPS, System.nanoTime() - QUIET.toNanos());
                });
    }

    private Result result(List<RecordedKill> killed) {
        History history = recorder.history();
        List<Duration> toSend = history.fromReadyToSend();
        List<Duration> toDelivery = history.fromReadyToDelivery();
        List<Restart> restarts = new ArrayList<>();
        for (int i = 0; i < killed.size(); i++) {
            RecordedKill kill = killed.get(i);
            restarts.add(new Restart(kill.dataBytes(), kill.toReady(), toSend.get(i), toDelivery.get(i)));
        }
        Limits limits = new Limits(GROUPS, true, Duration.ofSeconds(25), BACK_WITHIN);
        long unknown = history.events().stream()
                .filter(e -> e instanceof Event.SendUnknown)
                .count();
        long sent =
                history.events().stream().filter(e -> e instanceof Event.SendOk).count();
        return new Result(sent, unknown, restarts, new HistoryChecker(limits).check(history));
    }
}
