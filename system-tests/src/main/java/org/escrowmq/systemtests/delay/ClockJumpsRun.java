package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.report.Measured;

/**
 * One server whose wall clock jumps, and messages whose times are its own: due before a jump, in the time that it leaves out, and after it. What
 * waits after the jumps back becomes due by a last jump forward.
 */
public final class ClockJumpsRun {
    /**
     * What is asked for.
     *
     * @param messages of each kind at each jump
     */
    public record Plan(int messages, int queues, long seed) {}

    private static final String TOPIC = "jumps";
    private static final String GROUP = "jumps-group";
    private static final int BODY_BYTES = 100;
    private static final int KINDS = 4;
    private static final List<Duration> JUMPS =
            List.of(Duration.ofHours(1), Duration.ofDays(3), Duration.ofHours(-1), Duration.ofDays(-3));
    private static final Duration BEYOND = Duration.ofDays(8);
    /** Longer than the messages due before the jump need; those due after it are seen to come at their time. */
    private static final long LEFT_OUT_FROM_MILLIS = 10_000;

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration OBSERVED = Duration.ofSeconds(10);
    private static final double LATE_MILLIS_MAX = 2_000;

    private final EscrowServer server;
    private final FakeClock clock;
    private final Plan plan;
    private final Outcome.Notes notes;
    private final NumberedDelay messages = new NumberedDelay(TOPIC, BODY_BYTES);
    private final Deliveries deliveries;
    private final SplittableRandom random;
    private final List<Long> due = new ArrayList<>();
    /** When a message came first, by our clock. */
    private final Map<Integer, Long> cameEpochMillis = new ConcurrentHashMap<>();

    private ClockJumpsRun(EscrowServer server, FakeClock clock, Plan plan, Consumer<String> progress) {
        this.server = server;
        this.clock = clock;
        this.plan = plan;
        this.notes = new Outcome.Notes(progress);
        this.random = new SplittableRandom(plan.seed());
        this.deliveries = new Deliveries(KINDS * JUMPS.size() * plan.messages());
    }

    /** Runs it all on a server of its own. */
    public static Outcome run(Path home, Path folder, Plan plan, Consumer<String> progress) throws Exception {
        FakeClock clock = new FakeClock(folder);
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of(), clock.environment())) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "clock-jumps-clean-up"));
            return new ClockJumpsRun(server, clock, plan, progress).run();
        }
    }

    private Outcome run() throws Exception {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createDelayTopic(TOPIC, plan.queues());
            admin.createGroup(GROUP, AdminCalls.Start.FIRST);
        }
        try (RawClient raw = new RawClient(server.endpoint());
                RawConsumers consumers = new RawConsumers(server.endpoint(), TOPIC, GROUP, 4, this::received)) {
            for (Duration jump : JUMPS) around(raw, jump);
            jump("the last jump, beyond everything", BEYOND);
            notes.figure(Measured.of(
                    "polls and acks that failed", consumers.failures().size(), ""));
        }
        notes.findings(deliveries.findings());
        Histogram late = deliveries.lateMillis();
        notes.figure(Measured.of("messages", due.size(), ""));
        notes.figure(
                Measured.of("p50 late by the server's clock, jumps included", late.getValueAtPercentile(50), "ms"));
        notes.figure(Measured.of("messages that came again", again(), ""));
        return notes.outcome();
    }

    private void received(Message message) {
        deliveries.received(message, clock.latestEpochMillis());
        cameEpochMillis.putIfAbsent((int) NumberedDelay.number(message), System.currentTimeMillis());
    }

    /** Messages before the jump, the jump, and what has to come of it. */
    private void around(RawClient raw, Duration jump) throws InterruptedException {
        long now = clock.epochMillis();
        long ahead = Math.max(0, jump.toMillis());
        int before = due.size();
        send(raw, now + 1_000, now + 3_000, jump);
        int waiting = due.size();
        send(raw, now + LEFT_OUT_FROM_MILLIS, now + LEFT_OUT_FROM_MILLIS + Math.max(1_000, ahead / 2), jump);
        send(raw, now + ahead + LEFT_OUT_FROM_MILLIS, now + ahead + LEFT_OUT_FROM_MILLIS + 2_000, jump);
        awaitAll("due before " + jump, before, waiting);
        jump("a jump of " + jump, jump);
        int after = due.size();
        long then = clock.epochMillis();
        send(raw, then + 1_000, then + 3_000, jump);
        awaitAll("sent after " + jump, after, due.size());
        Pause.of(OBSERVED);
        checkOverdue("10 s after " + jump);
    }

    /** Sends one kind of messages, every other one by a producer whose clock is off by {@code bornOff}. */
    private void send(RawClient raw, long fromEpochMillis, long toEpochMillis, Duration bornOff)
            throws InterruptedException {
        int first = due.size();
        for (int i = 0; i < plan.messages(); i++) due.add(random.nextLong(fromEpochMillis, toEpochMillis));
        new BatchSends(raw, 16, 16, (message, entry) -> {}).sendAll(first, due.size(), number -> {
            long born = System.currentTimeMillis() + (number % 2) * bornOff.toMillis();
            return messages.due(number, due.get((int) number), born);
        });
    }

    private void awaitAll(String which, int from, int to) {
        Pause.whileNot(() -> deliveries.arrived(from, to) == to - from, PATIENCE);
        int missing = to - from - deliveries.arrived(from, to);
        if (missing > 0) notes.finding(missing + " messages " + which + " did not come in time");
    }

    private void jump(String what, Duration jump) {
        List<Integer> open = new ArrayList<>();
        for (int number = 0; number < due.size(); number++) if (deliveries.times(number) == 0) open.add(number);
        clock.jump(jump);
        long begin = System.currentTimeMillis();
        long now = clock.epochMillis();
        List<Integer> made =
                open.stream().filter(number -> due.get(number) <= now).toList();
        if (made.isEmpty()) return;
        boolean all = Pause.whileNot(() -> cameEpochMillis.keySet().containsAll(made), PATIENCE);
        if (!all) notes.finding("what " + what + " made due did not all come within " + PATIENCE);
        long last = made.stream()
                .mapToLong(number -> cameEpochMillis.getOrDefault(number, begin))
                .max()
                .orElse(begin);
        notes.figure(Measured.atMost(
                LATE_MILLIS_MAX, what + ": until the last of " + made.size() + " came", last - begin, "ms"));
    }

    private void checkOverdue(String when) {
        long overdue = clock.epochMillis() - (long) LATE_MILLIS_MAX;
        for (int number = 0; number < due.size(); number++) {
            if (due.get(number) <= overdue && deliveries.times(number) == 0) {
                notes.finding(when + " message " + number + " is overdue by " + (clock.epochMillis() - due.get(number))
                        + " ms");
                return;
            }
        }
    }

    private int again() {
        int again = 0;
        for (int number = 0; number < due.size(); number++) if (deliveries.times(number) > 1) again++;
        return again;
    }
}
