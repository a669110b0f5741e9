package org.escrowmq.systemtests.delay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.faults.SteadySender;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.report.Measured;

/** Stores messages that are due in one second to come, and watches that second and what follows, beside an official client's sends. */
public final class DelayBurstRun {
    /**
     * What is asked for.
     *
     * @param loadRate how many messages a second are stored at least
     */
    public record Plan(
            int messages, int queues, int consumers, int perRequest, int inFlight, int steadyRate, int loadRate) {}

    private static final String TOPIC = "burst";
    private static final String GROUP = "burst-group";
    private static final String BESIDE = "beside-the-burst";
    private static final int BODY_BYTES = 100;
    private static final long SECOND_MILLIS = 1_000;
    private static final Duration BASE = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final double AVAILABLE_SECONDS_MAX = 5;
    private static final double TIMES_MAX = 3;

    private final EscrowServer server;
    private final Plan plan;
    private final Outcome.Notes notes;

    private DelayBurstRun(EscrowServer server, Plan plan, Consumer<String> progress) {
        this.server = server;
        this.plan = plan;
        this.notes = new Outcome.Notes(progress);
    }

    /** Runs it all on a server of its own. */
    public static Outcome run(Path home, Path folder, Plan plan, Consumer<String> progress) throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "delay-burst-clean-up"));
            return new DelayBurstRun(server, plan, progress).run();
        }
    }

    private Outcome run() throws Exception {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createDelayTopic(TOPIC, plan.queues());
            admin.createTopic(BESIDE, plan.queues());
            admin.createGroup(GROUP, AdminCalls.Start.FIRST);
        }
        try (RawClient raw = new RawClient(server.endpoint());
                SteadySender beside = new SteadySender(server.clients(false), BESIDE, plan.steadyRate())) {
            burst(raw, beside, load(raw));
            consume(beside);
            if (!beside.failures().isEmpty()) {
                notes.finding(
                        "a send to another topic failed: " + beside.failures().get(0));
            }
        }
        long waiting = DelayHistogram.of(server, TOPIC).waiting();
        if (waiting > 0) notes.finding(waiting + " messages are still said to wait");
        return notes.outcome();
    }

    /** Stores them all; when their second begins. */
    private long load(RawClient raw) throws InterruptedException {
        Duration loading = START.plusSeconds(plan.messages() / plan.loadRate());
        long second = System.currentTimeMillis() + loading.plus(BASE).toMillis();
        NumberedDelay messages = new NumberedDelay(TOPIC, BODY_BYTES);
        SplittableRandom random = new SplittableRandom(plan.messages());
        BatchSends sends = new BatchSends(raw, plan.perRequest(), plan.inFlight(), (message, entry) -> {});
        notes.figure(Measured.of(
                "stored delayed messages",
                sends.sendAll(
                        0, plan.messages(), number -> messages.due(number, second + random.nextLong(SECOND_MILLIS))),
                "/s"));
        if (System.currentTimeMillis() > second - BASE.toMillis()) {
            throw new IllegalStateException("storing took longer than planned; try a lower --load-rate");
        }
        return second;
    }

    private void burst(RawClient raw, SteadySender beside, long second) {
        Pause.until(second - BASE.toMillis());
        beside.sinceLastCall();
        Pause.until(second - SECOND_MILLIS);
        double before = p99Millis(beside.sinceLastCall());
        long early = raw.shown(TOPIC, plan.queues());
        if (early > 0 && System.currentTimeMillis() < second) notes.finding(early + " messages came too early");
        if (!Pause.whileNot(() -> raw.shown(TOPIC, plan.queues()) >= plan.messages(), LIMIT)) {
            notes.finding("only " + raw.shown(TOPIC, plan.queues()) + " are available after " + LIMIT);
        }
        double seconds = (System.currentTimeMillis() - second - SECOND_MILLIS) / 1e3;
        double during = p99Millis(beside.sinceLastCall());
        notes.figure(
                Measured.atMost(AVAILABLE_SECONDS_MAX, "from the second's end until all are available", seconds, "s"));
        notes.figure(Measured.of("sends to another topic before: p99", before, "ms"));
        notes.figure(Measured.atMost(TIMES_MAX * before, "sends to another topic meanwhile: p99", during, "ms"));
    }

    private static double p99Millis(Histogram micros) {
        return micros.getValueAtPercentile(99) / 1e3;
    }

    private void consume(SteadySender beside) throws InterruptedException {
        Deliveries deliveries = new Deliveries(plan.messages());
        long begin = System.nanoTime();
        try (RawConsumers consumers = new RawConsumers(
                server.endpoint(),
                TOPIC,
                GROUP,
                plan.consumers(),
                message -> deliveries.received(message, System.currentTimeMillis()))) {
            Pause.whileNot(() -> deliveries.arrived() == plan.messages(), LIMIT);
            double seconds = (System.nanoTime() - begin) / 1e9;
            notes.figure(Measured.of("then consumed by " + plan.consumers() + " consumers", seconds, "s"));
            notes.figure(Measured.of(
                    "sends to another topic while they were: p99", p99Millis(beside.sinceLastCall()), "ms"));
            Pause.of(Duration.ofSeconds(2));
            notes.findings(consumers.failures());
        }
        notes.findings(deliveries.findings());
        notes.findings(deliveries.notOnce(plan.messages()));
    }
}
