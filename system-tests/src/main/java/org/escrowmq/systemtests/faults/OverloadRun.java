package org.escrowmq.systemtests.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.ProcessFigures;

/**
 * The phases of an overload: how many in flight give the most, that many, ten times as many, and that many again, each measured after a
 * warm-up that has both. Beside them an official
 * client sends to a topic of its own, and a consumer takes from the flooded topic and acknowledges nothing.
 */
final class OverloadRun {
    /** What is asked for. */
    record Plan(
            List<Integer> probes,
            int factor,
            Duration warmUp,
            Duration probe,
            Duration base,
            Duration overload,
            int calmRate) {}

    /**
     * One phase. Rates a second, times in milliseconds; {@code calm}: of the topic beside it. Processor time as a share of the one that
     * each has. Memory: the server's anonymous memory.
     */
    record Phase(
            String phase,
            int inFlight,
            double seconds,
            double accepted,
            double refused,
            double p50,
            double p99,
            double max,
            double refusalP50,
            double calmP50,
            double calmP99,
            long calmSends,
            double serverCpu,
            double generatorCpu,
            double memoryMegabytes,
            double memoryMegabytesMax) {}

    /** One second of the overload or of what comes after it. */
    record Second(String phase, int second, double accepted, double refused, double p99, double memoryMegabytes) {}

    private static final String FLOODED = "overload-flooded";
    private static final String CALM = "overload-calm";
    private static final String SLOW_GROUP = "overload-slow";
    /** The least in flight that gives so much of the best rate is what the others are compared with. */
    private static final double AS_GOOD_AS_BEST = 0.97;

    private static final double ACCEPTED_PART_MIN = 0.9;
    private static final int RECOVERY_SECONDS_MAX = 10;
    private static final double MEMORY_GROWTH_MAX_MEGABYTES = 48;
    private static final double MEGABYTE = 1e6;

    private final EscrowServer server;
    private final Plan plan;
    private final Flood flood;
    private final Consumer<String> progress;
    private final List<Phase> phases = new ArrayList<>();
    private final List<Second> seconds = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private double recoverySeconds = Double.NaN;

    OverloadRun(EscrowServer server, Plan plan, int bodyBytes, int connections, Consumer<String> progress) {
        this.server = server;
        this.plan = plan;
        this.progress = progress;
        server.createTopic(FLOODED, 8);
        server.createTopic(CALM, 8);
        server.createGroup(SLOW_GROUP, "first");
        this.flood = new Flood(server.endpoint(), FLOODED, bodyBytes, connections);
    }

    List<Phase> phases() {
        return phases;
    }

    List<Second> seconds() {
        return seconds;
    }

    List<String> findings() {
        return findings;
    }

    /** From the end of the overload to the first second that is as before; NaN when there was none. */
    double recoverySeconds() {
        return recoverySeconds;
    }

    void run(ScheduledExecutorService scheduler) throws Exception {
        try (SteadySender calm = new SteadySender(server.clients(false), CALM, plan.calmRate());
                RawClient consumer = new RawClient(server.endpoint());
                Flood flooding = flood) {
            scheduler.scheduleWithFixedDelay(() -> takeAndKeep(consumer), 1, 1, TimeUnit.SECONDS);
            warmUp(plan.probes().get(plan.probes().size() - 1));
            int most = probe(calm);
            Phase before = phase("maximum", most, plan.base(), calm);
            Phase overload = phase("overload", most * plan.factor(), plan.overload(), calm);
            recover(most, before);
            Phase after = phase("after", most, plan.base(), calm);
            judge((before.accepted() + after.accepted()) / 2, overload.accepted());
            calm.failures().stream().distinct().limit(5).forEach(text -> findings.add("a calm send fails: " + text));
        }
        if (!server.process().alive()) findings.add("the server ended");
    }

    /** Half of it under overload: what runs then only is to be compiled too before anything is compared. */
    private void warmUp(int inFlight) throws InterruptedException {
        flood.inFlight(inFlight);
        pause(plan.warmUp().dividedBy(2));
        flood.inFlight(inFlight * plan.factor());
        pause(plan.warmUp().dividedBy(2));
        flood.inFlight(inFlight);
    }

    /** A slow consumer: what it takes is never acknowledged, and comes back after its lease. */
    private static void takeAndKeep(RawClient consumer) {
        consumer.receive(SLOW_GROUP, FLOODED, 32, Duration.ofSeconds(10));
    }

    private int probe(SteadySender calm) throws InterruptedException {
        List<Phase> probed = new ArrayList<>();
        for (int inFlight : plan.probes()) probed.add(phase("probe", inFlight, plan.probe(), calm));
        double best = probed.stream().mapToDouble(Phase::accepted).max().orElseThrow();
        return probed.stream()
                .filter(phase -> phase.accepted() >= AS_GOOD_AS_BEST * best)
                .mapToInt(Phase::inFlight)
                .min()
                .orElseThrow();
    }

    private Phase phase(String name, int inFlight, Duration time, SteadySender calm) throws InterruptedException {
        flood.inFlight(inFlight);
        pause(Duration.ofSeconds(2)); // what was answered with another number in flight does not count
        flood.sinceLastCall();
        calm.sinceLastCall();
        Histogram accepted = new Histogram(3);
        Histogram refused = new Histogram(3);
        double took = 0;
        long serverCpuMillis = server.process().figures().cpuMillis();
        long generatorCpuMillis = generatorCpuMillis();
        double memoryMax = 0;
        double memorySum = 0;
        int count = (int) Math.max(1, time.toSeconds());
        for (int second = 0; second < count; second++) {
            pause(Duration.ofSeconds(1));
            Flood.Span span = flood.sinceLastCall();
            double memory = memory();
            took += span.seconds();
            accepted.add(span.accepted());
            refused.add(span.refused());
            memorySum += memory;
            memoryMax = Math.max(memoryMax, memory);
            failures(name, span);
            if (!name.equals("probe")) seconds.add(second(name, second, span, memory));
        }
        Histogram beside = calm.sinceLastCall();
        Phase phase = new Phase(
                name,
                inFlight,
                took,
                accepted.getTotalCount() / took,
                refused.getTotalCount() / took,
                millis(accepted, 50),
                millis(accepted, 99),
                millis(accepted, 100),
                millis(refused, 50),
                millis(beside, 50),
                millis(beside, 99),
                beside.getTotalCount(),
                (server.process().figures().cpuMillis() - serverCpuMillis) / 1_000.0 / took,
                (generatorCpuMillis() - generatorCpuMillis) / 1_000.0 / took,
                memorySum / count,
                memoryMax);
        phases.add(phase);
        progress.accept(phase.toString());
        return phase;
    }

    private static Second second(String phase, int number, Flood.Span span, double memory) {
        return new Second(
                phase, number, span.acceptedPerSecond(), span.refusedPerSecond(), millis(span.accepted(), 99), memory);
    }

    private void failures(String phase, Flood.Span span) {
        if (span.failures() > 0)
            findings.add(phase + ": " + span.failures() + " failures, first: " + span.firstFailure());
    }

    private void recover(int inFlight, Phase base) throws InterruptedException {
        long begin = System.nanoTime();
        flood.inFlight(inFlight);
        flood.sinceLastCall();
        for (int second = 0; second < 2 * RECOVERY_SECONDS_MAX; second++) {
            pause(Duration.ofSeconds(1));
            Flood.Span span = flood.sinceLastCall();
            failures("recovery", span);
            seconds.add(second("recovery", second, span, memory()));
            boolean asBefore = span.refused().getTotalCount() == 0
                    && span.acceptedPerSecond() >= ACCEPTED_PART_MIN * base.accepted();
            if (asBefore && Double.isNaN(recoverySeconds)) recoverySeconds = (System.nanoTime() - begin) / 1e9;
            if (!Double.isNaN(recoverySeconds) && second >= 4) break;
        }
    }

    /** {@code maximum}: the mean of what was accepted before and after the overload; a disk is not the same from minute to minute. */
    private void judge(double maximum, double overload) {
        if (overload < ACCEPTED_PART_MIN * maximum) {
            findings.add("accepted " + overload + "/s under overload, " + maximum + "/s at the maximum");
        }
        if (!(recoverySeconds <= RECOVERY_SECONDS_MAX)) findings.add("recovery took " + recoverySeconds + " s");
        double growth = memoryAt(0.75, 1) - memoryAt(0.1, 0.35);
        if (growth > MEMORY_GROWTH_MAX_MEGABYTES) findings.add("memory grew by " + growth + " MB under overload");
    }

    /** The mean of the overload's seconds between two parts of it. */
    private double memoryAt(double from, double to) {
        List<Second> of = seconds.stream()
                .filter(second -> second.phase().equals("overload"))
                .toList();
        return of
                .subList((int) (of.size() * from), Math.max((int) (of.size() * to), (int) (of.size() * from) + 1))
                .stream()
                .mapToDouble(Second::memoryMegabytes)
                .average()
                .orElse(0);
    }

    private static long generatorCpuMillis() {
        return ProcessFigures.of(List.of(ProcessHandle.current().pid())).cpuMillis();
    }

    private double memory() {
        return server.process().figures().anonymousBytes() / MEGABYTE;
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1000.0;
    }

    private static void pause(Duration span) throws InterruptedException {
        new CountDownLatch(1).await(span.toMillis(), TimeUnit.MILLISECONDS);
    }
}
