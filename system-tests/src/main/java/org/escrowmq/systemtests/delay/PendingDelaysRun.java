package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.escrowmq.systemtests.process.LiveHeap;
import org.escrowmq.systemtests.report.Measured;

/**
 * A server with very many messages that wait for days, and three windows in which a few come due: before SIGKILL, while the server is down,
 * and after its start. The messages of the windows have the numbers from 0 on, those that wait the numbers behind.
 */
public final class PendingDelaysRun {
    /**
     * What is asked for.
     *
     * @param messages that wait all the time
     * @param window how many come due in each window
     * @param compareRates whether as many messages without a time are stored too, for the rate
     */
    public record Plan(
            int messages, int window, int queues, int perRequest, int inFlight, long seed, boolean compareRates) {}

    private static final String TOPIC = "pending-delays";
    private static final String NORMAL = "beside-pending-delays";
    private static final String GROUP = "pending-delays-group";
    private static final int BODY_BYTES = 100;
    private static final int CONSUMERS = 4;
    private static final long SOONEST_MILLIS = Duration.ofHours(1).toMillis();
    private static final long LATEST_MILLIS = Duration.ofDays(30).toMillis();
    private static final long WINDOW_MILLIS = 3_000;
    private static final int PAGES = 200;
    private static final int PAGE = 100;
    private static final int COMPARED_MAX = 300_000;
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration WINDOW_LIMIT = Duration.ofMinutes(2);
    private static final double RATE_SHARE_MIN = 2.0 / 3;
    private static final double READY_SECONDS_MAX = 10;
    private static final double PAGE_MILLIS_MAX = 200;

    private final EscrowServer server;
    private final Plan plan;
    private final Outcome.Notes notes;
    private final NumberedDelay messages = new NumberedDelay(TOPIC, BODY_BYTES);
    private static final Duration REBUILD_LIMIT = Duration.ofMinutes(30);

    private final Map<Instant, LongAdder> acknowledged = new ConcurrentHashMap<>();
    private final Deliveries deliveries;

    private PendingDelaysRun(EscrowServer server, Plan plan, Consumer<String> progress) {
        this.server = server;
        this.plan = plan;
        this.notes = new Outcome.Notes(progress);
        this.deliveries = new Deliveries(3 * plan.window());
    }

    /** Runs it all on a server of its own. */
    public static Outcome run(Path home, Path folder, Plan plan, Consumer<String> progress) throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "pending-delays-clean-up"));
            return new PendingDelaysRun(server, plan, progress).run();
        }
    }

    private Outcome run() throws Exception {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createDelayTopic(TOPIC, plan.queues());
            admin.createTopic(NORMAL, plan.queues());
            admin.createGroup(GROUP, AdminCalls.Start.FIRST);
        }
        load();
        memory("with " + plan.messages() + " waiting");
        compare("before the restart");
        list("before the restart");
        store(0, System.currentTimeMillis() + 1_000);
        await(0, 1);
        killWhileSomeComeDue();
        await(1, 3);
        memory("after the restart");
        compare("after the restart");
        list("after the restart");
        loseTheTables();
        compare("after the tables were made again");
        notes.findings(deliveries.findings());
        notes.findings(deliveries.notOnce(3 * plan.window()));
        Histogram late = deliveries.lateMillis();
        notes.figure(
                Measured.of("of the windows: p50 late, the restart included", late.getValueAtPercentile(50), "ms"));
        return notes.outcome();
    }

    /** Only the log and the collector's image are left, if there is one: all rows are made again. */
    private void loseTheTables() throws IOException {
        server.kill();
        try (Stream<Path> paths = Files.list(server.data().resolve("tables"))) {
            List<Path> lost = paths.filter(path -> Files.isDirectory(path)).toList();
            if (lost.isEmpty()) throw new IllegalStateException("no tables below " + server.data());
            for (Path tables : lost) Folders.remove(tables);
        }
        server.startAgain();
        server.process().awaitReady(REBUILD_LIMIT);
        notes.figure(Measured.of(
                "to ready after the tables were lost, with " + plan.messages() + " waiting",
                server.process().timeToReady().toMillis() / 1e3,
                "s"));
    }

    /** Both kinds in turn, so that both find the server alike. */
    private void load() throws InterruptedException {
        NumberedDelay plain = new NumberedDelay(NORMAL, BODY_BYTES);
        long begin = System.currentTimeMillis();
        SplittableRandom random = new SplittableRandom(plan.seed());
        int compared = plan.compareRates() ? Math.min(COMPARED_MAX, plan.messages() / 8) : 0;
        int warmUp = plan.messages() / 10;
        long first = 3L * plan.window();
        try (RawClient raw = new RawClient(server.endpoint())) {
            IntFunction<BatchSends> delayed = perRequest ->
                    new BatchSends(raw, perRequest, inFlight(perRequest), (message, entry) -> count(message));
            LongFunction<Message> later = number -> messages.due(number, due(begin, random));
            delayed.apply(plan.perRequest()).sendAll(first, first + warmUp, later);
            for (int perRequest : compared == 0 ? new int[0] : new int[] {1, plan.perRequest()}) {
                BatchSends normal = new BatchSends(raw, perRequest, inFlight(perRequest), (message, entry) -> {});
                double before = normal.sendAll(0, compared, plain::normal);
                long from = first + warmUp + (perRequest == 1 ? 0 : compared);
                double rate = delayed.apply(perRequest).sendAll(from, from + compared, later);
                double after = normal.sendAll(compared, 2L * compared, plain::normal);
                compare(perRequest, rate, 2 / (1 / before + 1 / after));
            }
            long rest = first + warmUp + 2L * compared;
            notes.figure(Measured.of(
                    "stored delayed messages, " + plan.perRequest() + " in a request",
                    delayed.apply(plan.perRequest()).sendAll(rest, first + plan.messages(), later),
                    "/s"));
        }
    }

    /** As many messages as in the plan. */
    private int inFlight(int perRequest) {
        return plan.inFlight() * plan.perRequest() / perRequest;
    }

    /** The limit is for one message in a request, as official clients send; how several compare is told. */
    private void compare(int perRequest, double delayed, double normal) {
        String each = perRequest + " in a request";
        String share = "share of the rate without delay, " + each;
        notes.figure(Measured.of("stored messages without delay, " + each, normal, "/s"));
        notes.figure(
                perRequest == 1
                        ? Measured.atLeast(RATE_SHARE_MIN, share, delayed / normal, "")
                        : Measured.of(share, delayed / normal, ""));
    }

    private static long due(long begin, SplittableRandom random) {
        return begin + random.nextLong(SOONEST_MILLIS, LATEST_MILLIS);
    }

    private void count(Message message) {
        Instant due = Instant.ofEpochMilli(NumberedDelay.dueEpochMillis(message));
        acknowledged
                .computeIfAbsent(due.truncatedTo(ChronoUnit.HOURS), hour -> new LongAdder())
                .increment();
    }

    private void memory(String when) {
        List<Long> pids = server.process().pids();
        notes.figure(Measured.of(
                "anonymous memory " + when, server.process().figures().anonymousBytes() / 1e6, "MB"));
        notes.figure(Measured.of(
                "live heap " + when, LiveHeap.of(pids.get(pids.size() - 1)).bytes() / 1e6, "MB"));
    }

    /** What waits is what was acknowledged, hour by hour. */
    private void compare(String when) {
        DelayHistogram waiting = DelayHistogram.of(server, TOPIC);
        Map<Instant, Long> expected = new TreeMap<>();
        acknowledged.forEach((hour, count) -> expected.put(hour, count.sum()));
        long total = expected.values().stream().mapToLong(Long::longValue).sum();
        if (waiting.waiting() != total) {
            notes.finding(when + " " + waiting.waiting() + " messages wait; acknowledged were " + total);
        }
        List<Instant> wrong = expected.keySet().stream()
                .filter(hour ->
                        !Objects.equals(expected.get(hour), waiting.hours().get(hour)))
                .toList();
        if (!wrong.isEmpty()) {
            Instant first = wrong.get(0);
            notes.finding(when + " the counts of " + wrong.size() + " hours are wrong, first from " + first + ": "
                    + waiting.hours().getOrDefault(first, 0L) + " of " + expected.get(first));
        }
    }

    private void list(String when) {
        Histogram micros = new Histogram(3);
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            WaitingList list = WaitingList.of(admin);
            String token = "";
            for (int page = 0; page < PAGES; page++) {
                long begin = System.nanoTime();
                token = list.page(TOPIC, PAGE, token);
                micros.recordValue((System.nanoTime() - begin) / 1_000);
            }
        } catch (StatusRuntimeException e) {
            notes.finding("the waiting messages cannot be listed " + when + ": " + e.getStatus());
            return;
        }
        notes.figure(Measured.atMost(
                PAGE_MILLIS_MAX, "slowest of " + PAGES + " list pages " + when, micros.getMaxValue() / 1e3, "ms"));
    }

    /** Stores the messages of one window. */
    private void store(int window, long fromEpochMillis) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(plan.seed() + 1 + window);
        try (RawClient raw = new RawClient(server.endpoint())) {
            new BatchSends(raw, plan.perRequest(), plan.inFlight(), (message, entry) -> {})
                    .sendAll(
                            (long) window * plan.window(),
                            (window + 1L) * plan.window(),
                            number -> messages.due(number, fromEpochMillis + random.nextLong(WINDOW_MILLIS)));
        }
    }

    /** Consumes until all messages of the windows from one to before another have come, and a little longer. */
    private void await(int fromWindow, int toWindow) throws InterruptedException {
        int from = fromWindow * plan.window();
        int to = toWindow * plan.window();
        try (RawConsumers consumers = new RawConsumers(
                server.endpoint(),
                TOPIC,
                GROUP,
                CONSUMERS,
                message -> deliveries.received(message, System.currentTimeMillis()))) {
            Pause.whileNot(() -> deliveries.arrived(from, to) == to - from, WINDOW_LIMIT);
            Pause.of(SETTLED);
            notes.findings(consumers.failures());
        }
    }

    private void killWhileSomeComeDue() throws InterruptedException {
        long whileDown = System.currentTimeMillis() + 2_000 + plan.window() / 5;
        store(1, whileDown);
        store(2, whileDown + WINDOW_MILLIS + (long) (READY_SECONDS_MAX * 1_000));
        if (System.currentTimeMillis() > whileDown) {
            notes.finding("storing the windows took so long that the first came due before the kill");
        }
        server.kill();
        server.startAgain();
        server.awaitReady();
        notes.figure(Measured.atMost(
                READY_SECONDS_MAX,
                "restart to ready with " + plan.messages() + " waiting",
                server.process().timeToReady().toMillis() / 1e3,
                "s"));
    }
}
