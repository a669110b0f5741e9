package org.escrowmq.systemtests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.client.apis.ClientException;
import org.escrowmq.systemtests.process.EscrowServer;

/** One attack after another on a running server, each after a quiet span that says what is normal. */
final class HostileRun {
    private static final String TOPIC = "hostile-steady";
    private static final String ATTACKED_TOPIC = "hostile-attacked";
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofSeconds(6);
    private static final Duration ATTACK_MIN = Duration.ofSeconds(6);
    private static final Duration ATTACK_MAX = Duration.ofSeconds(60);
    private static final int THREADS_MORE_MAX = 32;
    private static final long BYTES_MORE_MAX = 512L << 20;

    private final EscrowServer server;
    private final int rate;
    private final long p99FloorMicros;
    private final long seed;
    private final Consumer<String> progress;
    /** Of all quiet spans so far: one span alone says little about a p99. */
    private final Histogram quiet = SteadySender.histogram();

    private final List<Step> steps = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    HostileRun(EscrowServer server, int rate, long p99FloorMillis, long seed, Consumer<String> progress) {
        this.server = server;
        this.rate = rate;
        this.p99FloorMicros = TimeUnit.MILLISECONDS.toMicros(p99FloorMillis);
        this.seed = seed;
        this.progress = progress;
    }

    /**
     * One attack. Times are milliseconds; {@code rounds} is how often the attack ran in its span; threads and anonymous memory are the
     * server's after it.
     */
    record Step(
            Attack attack,
            int rounds,
            double seconds,
            long quietSends,
            double quietP99,
            long sends,
            double p99,
            double max,
            long threads,
            long anonymousBytes) {}

    List<Step> steps() {
        return steps;
    }

    List<String> findings() {
        return findings;
    }

    void run() throws ClientException, IOException, InterruptedException {
        server.createTopic(TOPIC, 4);
        server.createTopic(ATTACKED_TOPIC, 4);
        int port =
                Integer.parseInt(server.endpoint().substring(server.endpoint().indexOf(':') + 1));
        Attack.Victim victim = new Attack.Victim(port, ATTACKED_TOPIC, seed);
        try (SteadySender client = new SteadySender(server.clients(true), TOPIC, rate)) {
            pause(WARM_UP);
            long threads = threads();
            long bytes = server.process().figures().anonymousBytes();
            for (Attack attack : Attack.values()) {
                step(attack, victim, client, threads, bytes);
            }
            client.failures().stream()
                    .distinct()
                    .limit(10)
                    .forEach(failure -> findings.add("a send fails: " + failure));
        }
        if (!server.process().alive()) {
            findings.add("the server ended");
        }
    }

    private void step(Attack attack, Attack.Victim victim, SteadySender client, long threadsBefore, long bytesBefore)
            throws IOException, InterruptedException {
        client.sinceLastCall();
        pause(QUIET);
        quiet.add(client.sinceLastCall());
        long begin = System.nanoTime();
        int rounds = 0;
        do {
            rounds++;
            attack.run(victim, finding -> findings.add(attack + ": " + finding));
        } while (System.nanoTime() - begin < ATTACK_MIN.toNanos());
        double seconds = (System.nanoTime() - begin) / 1e9;
        Histogram attacked = client.sinceLastCall();
        long threads = threads();
        long bytes = server.process().figures().anonymousBytes();
        Step step = new Step(
                attack,
                rounds,
                seconds,
                quiet.getTotalCount(),
                millis(quiet.getValueAtPercentile(99)),
                attacked.getTotalCount(),
                millis(attacked.getValueAtPercentile(99)),
                millis(attacked.getMaxValue()),
                threads,
                bytes);
        steps.add(step);
        progress.accept(step.toString());
        long allowed = Math.max(p99FloorMicros, 2 * quiet.getValueAtPercentile(99));
        if (attacked.getValueAtPercentile(99) > allowed) {
            findings.add(attack + ": p99 " + step.p99() + " ms, just before " + step.quietP99() + " ms");
        }
        if (threads > threadsBefore + THREADS_MORE_MAX) {
            findings.add(attack + ": " + threads + " threads, before " + threadsBefore);
        }
        if (bytes > bytesBefore + BYTES_MORE_MAX) {
            findings.add(attack + ": " + bytes + " bytes of anonymous memory, before " + bytesBefore);
        }
        if (seconds > ATTACK_MAX.toSeconds()) {
            findings.add(attack + ": took " + seconds + " s");
        }
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }

    private static void pause(Duration span) throws InterruptedException {
        new CountDownLatch(1).await(span.toMillis(), TimeUnit.MILLISECONDS);
    }

    private long threads() throws IOException {
        long threads = 0;
        for (long pid : server.process().pids()) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("Threads:")) {
                    threads +=
                            Long.parseLong(line.substring("Threads:".length()).strip());
                }
            }
        }
        return threads;
    }
}
