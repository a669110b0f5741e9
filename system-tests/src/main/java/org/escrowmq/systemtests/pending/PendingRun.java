package org.escrowmq.systemtests.pending;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.faults.SteadySender;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.LiveHeap;
import org.escrowmq.systemtests.report.Measured;

/**
 * A server with very many open transactions: its memory, its start after SIGKILL, pages of the list; then transactions that are due within a
 * minute; then a storm, all due at once, half of the producers hanging. Beside the last two an official
 * client sends to another topic.
 */
public final class PendingRun {
    /**
     * What is asked for.
     *
     * @param pending open for all the time
     * @param due how many are asked about within the window
     * @param storm how many are due at one moment
     */
    public record Plan(int pending, int due, Duration window, int storm, int steadyRate, int inFlight) {}

    /** What was measured; {@code findings} is empty when everything held. */
    public record Result(List<Measured> figures, List<String> findings) {}

    private static final String TOPIC = "pending";
    private static final String BESIDE = "beside-pending";
    private static final int BODY_BYTES = 100;
    private static final Duration LONG = Duration.ofHours(1);
    private static final int PAGES = 200;
    private static final Duration BASE = Duration.ofSeconds(30);
    private static final double READY_SECONDS_MAX = 10;
    private static final double PAGE_MILLIS_MAX = 200;
    private static final double LATE_MILLIS_MAX = 1_000;
    private static final double TIMES_MAX = 2;

    private final EscrowServer server;
    private final Plan plan;
    private final Consumer<String> progress;
    private final List<Measured> figures = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<String, Long> dueEpochMillis = new ConcurrentHashMap<>();
    private final Histogram lateMillis =
            new ConcurrentHistogram(Duration.ofMinutes(10).toMillis(), 3);
    private final AtomicInteger early = new AtomicInteger();

    private PendingRun(EscrowServer server, Plan plan, Consumer<String> progress) {
        this.server = server;
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs it all on a server of its own. */
    public static Result run(Path home, Path folder, Plan plan, Consumer<String> progress) throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            return new PendingRun(server, plan, progress).run();
        }
    }

    private Result run() throws Exception {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTransactionTopic(TOPIC, 8);
            admin.createTopic(BESIDE, 8);
        }
        load();
        list("before the restart");
        server.kill();
        server.startAgain();
        server.awaitReady();
        figure(Measured.atMost(
                READY_SECONDS_MAX,
                "restart to ready with " + plan.pending() + " pending",
                server.process().timeToReady().toMillis() / 1e3,
                "s"));
        list("after it");
        dueInAWindow();
        storm();
        for (Measured figure : figures) if (!figure.holds()) findings.add(figure.line());
        return new Result(figures, findings);
    }

    private void figure(Measured figure) {
        figures.add(figure);
        progress.accept(figure.line());
    }

    /** Stores the pending ones. */
    private void load() throws InterruptedException {
        try (RawClient raw = new RawClient(server.endpoint())) {
            HalfSender sender = new HalfSender(raw, TOPIC, BODY_BYTES, plan.inFlight());
            long begin = System.nanoTime();
            sender.send(plan.pending(), (id, index) -> LONG);
            figure(Measured.of("stored half messages", plan.pending() / ((System.nanoTime() - begin) / 1e9), "/s"));
        }
        memory("with " + plan.pending() + " pending");
    }

    private void memory(String when) {
        List<Long> pids = server.process().pids();
        figure(Measured.of(
                "anonymous memory " + when, server.process().figures().anonymousBytes() / 1e6, "MB"));
        figure(Measured.of(
                "live heap " + when, LiveHeap.of(pids.get(pids.size() - 1)).bytes() / 1e6, "MB"));
    }

    private void list(String when) {
        Histogram micros = new Histogram(3);
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            String token = "";
            for (int page = 0; page < PAGES; page++) {
                long begin = System.nanoTime();
                token = admin.transactionsPage(TOPIC, AdminCalls.TransactionState.OPEN, 100, token);
                micros.recordValue((System.nanoTime() - begin) / 1_000);
            }
        }
        figure(Measured.atMost(
                PAGE_MILLIS_MAX, "slowest of " + PAGES + " list pages " + when, micros.getMaxValue() / 1e3, "ms"));
    }

    private void isAsked(String messageId) {
        Long due = dueEpochMillis.remove(messageId);
        if (due == null) return; // asked again, or one of the pending
        long late = System.currentTimeMillis() - due;
        if (late < 0) early.incrementAndGet();
        lateMillis.recordValue(Math.max(0, late));
    }

    private void dueInAWindow() throws Exception {
        try (SteadySender beside = new SteadySender(server.clients(false), BESIDE, plan.steadyRate());
                AskedProducer producer = new AskedProducer(server.endpoint(), TOPIC, true, this::isAsked);
                RawClient raw = new RawClient(server.endpoint())) {
            double base = base(beside);
            long first = System.currentTimeMillis() + 5_000 + plan.due() / 5;
            store(raw, plan.due(), index -> first + index * plan.window().toMillis() / plan.due());
            if (System.currentTimeMillis() > first) findings.add("storing took longer than planned");
            pauseUntil(first);
            beside.sinceLastCall();
            awaitAsked(plan.window().plusSeconds(120));
            report("of " + plan.due() + " within " + plan.window().toSeconds() + " s", base, beside);
            if (producer.refused() > 0) findings.add(producer.refused() + " answers to checks were refused");
        }
    }

    private void storm() throws Exception {
        try (SteadySender beside = new SteadySender(server.clients(false), BESIDE, plan.steadyRate());
                AskedProducer producer = new AskedProducer(server.endpoint(), TOPIC, true, this::isAsked);
                AskedProducer hanging = new AskedProducer(server.endpoint(), TOPIC, false, this::isAsked);
                RawClient raw = new RawClient(server.endpoint())) {
            double base = base(beside);
            long moment = System.currentTimeMillis() + 5_000 + plan.storm() / 5;
            store(raw, plan.storm(), index -> moment);
            pauseUntil(moment);
            beside.sinceLastCall();
            awaitAsked(Duration.ofMinutes(3));
            figure(Measured.of(
                    "storm of " + plan.storm() + " checks: until all were asked",
                    (System.currentTimeMillis() - moment) / 1e3,
                    "s"));
            besideOthers("in the storm, one of two producers hangs", base, beside);
            if (producer.refused() + hanging.refused() > 0) findings.add("answers to checks were refused");
        }
    }

    private interface DueTimes {
        long of(int index);
    }

    /** Times count from before the send: what is late by the time that it was stored later counts as late. */
    private void store(RawClient raw, int count, DueTimes due) throws InterruptedException {
        new HalfSender(raw, TOPIC, BODY_BYTES, plan.inFlight()).send(count, (id, index) -> {
            long at = due.of(index);
            dueEpochMillis.put(id, at);
            return Duration.ofMillis(Math.max(1, at - System.currentTimeMillis()));
        });
    }

    private double base(SteadySender beside) {
        pause(Duration.ofSeconds(10));
        beside.sinceLastCall();
        pause(BASE);
        return beside.sinceLastCall().getValueAtPercentile(99) / 1e3;
    }

    private void report(String what, double base, SteadySender beside) {
        figure(Measured.atMost(LATE_MILLIS_MAX, "check p99 late, " + what, lateMillis.getValueAtPercentile(99), "ms"));
        figure(Measured.of("check at most late, " + what, lateMillis.getMaxValue(), "ms"));
        figure(Measured.atMost(0, "checks before their time", early.get(), ""));
        besideOthers(what, base, beside);
    }

    private void besideOthers(String what, double base, SteadySender beside) {
        double p99 = beside.sinceLastCall().getValueAtPercentile(99) / 1e3;
        figure(Measured.of("sends to another topic before: p99", base, "ms"));
        figure(Measured.atMost(TIMES_MAX * base, "sends to another topic " + what + ": p99", p99, "ms"));
        if (!beside.failures().isEmpty())
            findings.add("a send to another topic failed: " + beside.failures().get(0));
    }

    private void awaitAsked(Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(100)).until(dueEpochMillis::isEmpty);
    }

    private static void pauseUntil(long epochMillis) {
        pause(Duration.ofMillis(Math.max(1, epochMillis - System.currentTimeMillis())));
    }

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }
}
