package org.escrowmq.systemtests.storm;

import java.io.IOException;
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
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.History;
import org.escrowmq.systemtests.history.HistoryChecker;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.history.Limits;
import org.escrowmq.systemtests.history.Violation;
import org.escrowmq.systemtests.kill.RecordedKill;
import org.escrowmq.systemtests.kill.RecordedProducers;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * One server with a FIFO topic and an ordered group, killed (SIGKILL) and started again while producers go on, listeners fail and
 * consumers are replaced; then everything is drained and the history checked. What is random comes from the seed: the moments of kills
 * and restarts, message groups and failures. The interleaving of the threads does not.
 */
public final class StormRun {
    private static final String TOPIC = "storm";
    private static final String GROUP = "storm-group";
    private static final int PRODUCERS = 8;
    /** What a killed server had handed out, unseen by any client, comes again after this time instead of two minutes. */
    private static final Duration LIVENESS = Duration.ofSeconds(25);

    private static final Duration BACK_WITHIN = Duration.ofSeconds(10);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);
    private static final Duration DRAIN_LOOK = Duration.ofSeconds(3);
    /** Without an answer to each ack, nothing more comes when the leases of all that was lost are over. */
    private static final Duration QUIET = LIVENESS.plusSeconds(10);

    private final Path home;
    private final Path folder;
    private final Plan plan;
    private final Random random;
    private final Consumer<String> progress;
    private final HistoryRecorder recorder = new HistoryRecorder();

    /** {@code folder} is for the server's data and may not hold any yet. */
    public StormRun(Path home, Path folder, Plan plan, Consumer<String> progress) {
        this.home = home;
        this.folder = folder;
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.progress = progress;
    }

    /**
     * @param messageGroups at least as many as there are producing threads, 8
     * @param perSecond sends at most
     * @param failureShare of the deliveries, 0 to 1, whose listener fails at first
     */
    public record Plan(
            int messageGroups,
            int queues,
            int consumers,
            int kills,
            int perSecond,
            double failureShare,
            long seed,
            boolean tls) {
        public Plan {
            if (messageGroups < PRODUCERS) {
                throw new IllegalArgumentException(
                        messageGroups + " message groups are fewer than the " + PRODUCERS + " producing threads");
            }
        }
    }

    /** How it went; {@code violations} is empty when everything was as it must be. */
    public record Result(History history, List<RecordedKill> kills, int consumerRestarts, List<Violation> violations) {
        /** Events of a kind. */
        public long count(Class<? extends Event> kind) {
            return history.events().stream().filter(kind::isInstance).count();
        }

        /** Deliveries that were not the first. */
        public long redeliveries() {
            return history.events().stream()
                    .filter(event -> event instanceof Event.Delivered delivered && delivered.attempt() > 1)
                    .count();
        }
    }

    /** Runs it all. */
    public Result run() throws ClientException, IOException, InterruptedException {
        Map<String, String> keys = Map.of("escrow.cluster.client-liveness", LIVENESS.toSeconds() + "s");
        try (EscrowServer server = EscrowServer.start(home, folder, keys)) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                admin.createFifoTopic(TOPIC, plan.queues());
                admin.createFifoGroup(GROUP, AdminCalls.Start.FIRST);
            }
            OfficialClients clients = server.clients(plan.tls());
            OrderedConsumer.Failures failures = new OrderedConsumer.Failures(plan.failureShare(), plan.seed());
            try (RestartedConsumers consumers = new RestartedConsumers(
                            plan.consumers(),
                            new Random(random.nextLong()),
                            () -> new OrderedConsumer(clients, TOPIC, GROUP, recorder, failures));
                    RecordedProducers producers = new RecordedProducers(
                            clients, TOPIC, recorder, PRODUCERS, plan.perSecond(), messageGroups())) {
                List<RecordedKill> kills = storm(server, producers);
                recorder.record(new Event.LoadEnded(System.nanoTime()));
                producers.stop();
                int restarts = consumers.stopRestarts();
                progress.accept(
                        "draining after " + producers.begun() + " sends and " + restarts + " replaced consumers");
                drain();
                Result result = result(kills, restarts);
                // Without it the consumers need not wait for their polls.
                server.kill();
                return result;
            }
        }
    }

    /** Each thread has message groups of its own, every eighth, so that each message group has one sender and an order. */
    private RecordedProducers.MessageGroups messageGroups() {
        List<Random> ofThreads = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            ofThreads.add(new Random(random.nextLong()));
        }
        int each = plan.messageGroups() / PRODUCERS;
        return thread -> "g" + (ofThreads.get(thread).nextInt(each) * PRODUCERS + thread);
    }

    private List<RecordedKill> storm(EscrowServer server, RecordedProducers producers) throws InterruptedException {
        List<RecordedKill> kills = new ArrayList<>();
        for (int kill = 1; kill <= plan.kills(); kill++) {
            boolean atOnce = kill % 4 == 0;
            run(atOnce ? random.nextInt(2000) : 8000 + random.nextInt(8000));
            RecordedKill last = RecordedKill.of(server, recorder);
            kills.add(last);
            progress.accept("kill " + kill + " of " + plan.kills() + ": ready after "
                    + last.toReady().toMillis() + " ms, data " + last.dataBytes() / 1_000_000 + " MB, sends begun "
                    + producers.begun());
        }
        run(8000);
        return kills;
    }

    /** Lets the storm go on. */
    private static void run(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** Until nothing more can come; or the limit, which the checker judges. */
    private void drain() {
        long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
        Set<String> groups = Set.of(GROUP);
        Awaitility.await()
                .atMost(DRAIN_LIMIT.plusMinutes(1))
                .pollInterval(DRAIN_LOOK)
                .until(() -> {
                    History history = recorder.history();
                    long now = System.nanoTime();
                    return now > end
                            || history.settled(groups, now - DRAIN_LOOK.toNanos())
                            || history.consumed(groups, now - QUIET.toNanos());
                });
    }

    private Result result(List<RecordedKill> kills, int restarts) {
        History history = recorder.history();
        Limits limits = new Limits(Set.of(GROUP), true, LIVENESS, BACK_WITHIN);
        return new Result(history, kills, restarts, new HistoryChecker(limits).check(history));
    }
}
