package org.escrowmq.systemtests.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.systemtests.load.LoadReport;
import org.escrowmq.systemtests.process.ProcessFigures;
import org.jspecify.annotations.Nullable;

/** All loads once against one server that has just become ready. */
final class Round implements AutoCloseable {
    private static final long SAMPLE_MILLIS = 250;
    private static final int IDLE_SECONDS = 10;
    private static final double MEGABYTE = 1e6;

    private final RunningServer server;
    private final LoadClient client;
    private final Set<String> loads;
    private final double backlogShare;
    private final String where;
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    private final List<String> violations = new ArrayList<>();
    private final AtomicLong anonymousMax = new AtomicLong();
    private final AtomicLong residentMax = new AtomicLong();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();

    /** {@code backlogShare} is how much of the full backlogs of push, simple and FIFO is taken: 1 for all. */
    Round(RunningServer server, LoadClient client, boolean tls, Set<String> loads, double backlogShare) {
        this.server = server;
        this.client = client;
        this.loads = loads;
        this.backlogShare = backlogShare;
        this.where = " --endpoint " + server.endpoint() + (tls ? " --tls" : " --no-tls");
    }

    /** Names of the loads, in the order in which they run. */
    static List<String> allLoads() {
        return List.of(
                "cold", "async", "sync64", "sync1", "hot", "e2e", "drain", "push", "simple", "fifo", "txn", "delay",
                "idle");
    }

    Map<Figure, Double> measure() throws InterruptedException {
        figures.put(Figure.READY, server.timeToReady().toMillis() / 1000.0);
        figures.put(Figure.ANONYMOUS_READY, server.figures().anonymousBytes() / MEGABYTE);
        sampler.scheduleAtFixedRate(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        if (loads.contains("cold")) {
            figures.put(
                    Figure.COLD,
                    send("--in-flight 256 --seconds 10", BenchTopics.SENDS).perSecond());
        }
        if (loads.contains("async")) {
            async();
        }
        if (loads.contains("sync64")) {
            send("--threads 64 --messages 10000", BenchTopics.SENDS);
            LoadReport sync = send("--threads 64 --messages 60000", BenchTopics.SENDS);
            figures.put(Figure.SYNC_64, sync.perSecond());
            figures.put(Figure.SYNC_64_P99, sync.latency().p99Millis());
        }
        if (loads.contains("sync1")) {
            LoadReport sync = send("--threads 1 --warm-up 2000 --messages 10000", BenchTopics.SENDS);
            figures.put(Figure.SYNC_1, sync.perSecond());
            figures.put(Figure.SYNC_1_P50, sync.latency().p50Millis());
            figures.put(Figure.SYNC_1_P99, sync.latency().p99Millis());
        }
        if (loads.contains("hot")) {
            LoadReport hot = send("--in-flight 256 --warm-up 10000 --messages 60000", BenchTopics.HOT);
            figures.put(Figure.HOT_QUEUE, hot.perSecond());
        }
        if (loads.contains("e2e")) {
            LoadReport endToEnd = run("e2e --rate 1000 --warm-up-seconds 10 --seconds 20 --group "
                    + BenchTopics.LATENCY_GROUP + " --topic " + BenchTopics.LATENCY);
            figures.put(Figure.END_TO_END_P50, endToEnd.latency().p50Millis());
            figures.put(Figure.END_TO_END_P99, endToEnd.latency().p99Millis());
        }
        if (loads.contains("drain")) {
            drain();
        }
        for (ConsumeLoad consume : ConsumeLoad.values()) {
            if (loads.contains(consume.load())) {
                consume(consume);
            }
        }
        if (loads.contains("txn")) {
            transactions();
        }
        if (loads.contains("delay")) {
            delay();
        }
        figures.put(Figure.ANONYMOUS_LOADED, anonymousMax.get() / MEGABYTE);
        figures.put(Figure.RESIDENT_LOADED, residentMax.get() / MEGABYTE);
        if (loads.contains("idle")) {
            idle();
        }
        return figures;
    }

    private void async() {
        send(
                "--in-flight 256 --messages 150000",
                BenchTopics.SENDS); // both sides compiled, as after a minute of service
        long before = server.figures().cpuMillis();
        LoadReport async = send("--in-flight 256 --messages 100000", BenchTopics.SENDS);
        figures.put(Figure.SERVER_CPU, (server.figures().cpuMillis() - before) / 1000.0 / async.messages() * 100_000);
        figures.put(Figure.CLIENT_CPU, async.clientCpuSeconds() / async.messages() * 100_000);
        figures.put(Figure.ASYNC, async.perSecond());
        figures.put(Figure.ASYNC_P99, async.latency().p99Millis());
    }

    private void drain() {
        String topic = " --topic " + BenchTopics.DRAIN;
        run("store --messages 200000" + topic);
        long before = server.figures().cpuMillis();
        LoadReport drain = run("drain --messages 200000 --group " + BenchTopics.DRAIN_GROUP + topic);
        figures.put(Figure.DRAIN_CPU, (server.figures().cpuMillis() - before) / 1000.0 / drain.messages() * 100_000);
        figures.put(Figure.DRAIN, drain.perSecond());
    }

    private void transactions() {
        String on = "transactions --topic " + BenchTopics.TRANSACTIONS;
        figures.put(
                Figure.TRANSACTIONS_1,
                run(on + " --threads 1 --warm-up 2000 --messages 5000").perSecond());
        figures.put(
                Figure.TRANSACTIONS_16,
                run(on + " --threads 16 --warm-up 10000 --messages 20000").perSecond());
        run(on + " --threads 64 --messages 30000");
        long before = server.figures().cpuMillis();
        LoadReport committed = run(on + " --threads 64 --messages 60000");
        double cpuSeconds = (server.figures().cpuMillis() - before) / 1000.0;
        figures.put(Figure.TRANSACTIONS_CPU, cpuSeconds / committed.messages() * 100_000);
        figures.put(Figure.TRANSACTIONS_64, committed.perSecond());
        figures.put(Figure.COMMIT_64_P50, committed.latency().p50Millis());
        figures.put(Figure.COMMIT_64_P99, committed.latency().p99Millis());
        LoadReport delivered = run("commit-to-delivery --rate 1000 --group " + BenchTopics.COMMITS_GROUP + " --topic "
                + BenchTopics.COMMITS);
        figures.put(Figure.COMMIT_TO_DELIVERY_P50, delivered.latency().p50Millis());
        figures.put(Figure.COMMIT_TO_DELIVERY_P99, delivered.latency().p99Millis());
    }

    private void delay() {
        LoadReport delayed = run("delay --messages 5000 --lead-seconds 10 --spread-seconds 30 --group "
                + BenchTopics.DELAYS_GROUP + " --topic " + BenchTopics.DELAYS);
        delayed.violations().forEach(violation -> violations.add("delay: " + violation));
        figures.put(Figure.DELAY_EARLY, (double) delayed.early().messages());
        figures.put(Figure.DELAY_EARLY_MOST, delayed.early().mostMillis());
        figures.put(Figure.DELAY_P50, delayed.latency().p50Millis());
        figures.put(Figure.DELAY_P99, delayed.latency().p99Millis());
    }

    private void consume(ConsumeLoad load) {
        run(load.store(backlogShare));
        long before = server.figures().cpuMillis();
        LoadReport report = run(load.consume(backlogShare));
        long cpuMillis = server.figures().cpuMillis() - before;
        report.violations().forEach(violation -> violations.add(load + ": " + violation));
        figures.put(load.rate(), report.perSecond());
        put(load.p50(), report.latency().p50Millis());
        put(load.p99(), report.latency().p99Millis());
        put(load.cpu(), cpuMillis / 1000.0 / report.messages() * 100_000);
        if (load == ConsumeLoad.FIFO_FAILURES) {
            put(Figure.FIFO_KEPT, report.perSecond() / figures.getOrDefault(Figure.FIFO, Double.NaN));
        }
    }

    private void put(@Nullable Figure figure, double value) {
        if (figure != null) {
            figures.put(figure, value);
        }
    }

    /** Messages that came too often, never or out of order. */
    List<String> violations() {
        return violations;
    }

    /** The clients have left; what the server does when nobody wants anything. */
    private void idle() throws InterruptedException {
        long before = server.figures().cpuMillis();
        CountDownLatch passed = new CountDownLatch(1);
        sampler.schedule(passed::countDown, IDLE_SECONDS, TimeUnit.SECONDS);
        passed.await();
        figures.put(Figure.IDLE_CPU, (server.figures().cpuMillis() - before) / 10.0 / IDLE_SECONDS);
    }

    private LoadReport send(String how, String topic) {
        return run("send " + how + " --topic " + topic);
    }

    private LoadReport run(String load) {
        LoadReport report = client.run(load + where);
        if (report.failures() > 0) {
            throw new IllegalStateException(report.failures() + " failures in " + load + ": " + report.firstFailure());
        }
        return report;
    }

    private void sample() {
        ProcessFigures now = server.figures();
        anonymousMax.accumulateAndGet(now.anonymousBytes(), Math::max);
        residentMax.accumulateAndGet(now.residentBytes(), Math::max);
    }

    @Override
    public void close() {
        sampler.shutdownNow();
    }
}
