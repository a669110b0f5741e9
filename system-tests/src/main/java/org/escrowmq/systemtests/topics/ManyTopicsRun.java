package org.escrowmq.systemtests.topics;

import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.QueryOffsetPolicy;
import apache.rocketmq.v2.QueryOffsetRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.LiveHeap;
import org.escrowmq.systemtests.report.Measured;

/**
 * Makes many topics of one queue on one server, and measures: making them, starting with them, what an idle one costs, sends to topics by
 * chance, what is left of those when the queues sleep again, and a start with messages in all of them.
 */
final class ManyTopicsRun {
    private static final double CREATED_SECONDS_MOST = 60;
    private static final double READY_SECONDS_MOST = 15;
    private static final double IDLE_BYTES_MOST = 2048;
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final int SAMPLED_TOPICS = 1_000;

    /** What is asked for. */
    record Plan(int topics, int sends, int inFlight, int creators, Duration idleTimeout, long seed) {}

    private final Plan plan;
    private final EscrowServer server;
    private final Consumer<String> progress;
    private final List<Measured> figures = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    private ManyTopicsRun(Plan plan, EscrowServer server, Consumer<String> progress) {
        this.plan = plan;
        this.server = server;
        this.progress = progress;
    }

    /** Figures in the order in which they were taken, and what did not hold. */
    record Result(List<Measured> figures, List<String> findings) {}

    /** Runs it all on a server of its own; {@code folder} is for its data and may not hold any yet. */
    static Result run(Path home, Path folder, Plan plan, Consumer<String> progress)
            throws IOException, InterruptedException {
        Map<String, String> keys =
                Map.of("escrow.cluster.queue.idle-timeout", plan.idleTimeout().toMillis() + "ms");
        try (EscrowServer server = EscrowServer.start(home, folder, keys)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "many-topics-clean-up"));
            ManyTopicsRun run = new ManyTopicsRun(plan, server, progress);
            run.all();
            return new Result(run.figures, run.findings);
        }
    }

    private static String name(int topic) {
        return "topic-" + topic;
    }

    private record Memory(long heapBytes, long anonymousBytes) {}

    private void all() throws IOException, InterruptedException {
        add(Measured.of("ready without topics", server.process().timeToReady().toMillis() / 1e3, "s"));
        Memory empty = memory();
        create();
        look();
        restart("ready again with the topics");
        Memory idle = memory();
        perTopic("idle topic", "live heap", idle.heapBytes() - empty.heapBytes(), IDLE_BYTES_MOST);
        perTopic("idle topic", "anonymous memory", idle.anonymousBytes() - empty.anonymousBytes(), IDLE_BYTES_MOST);
        add(Measured.of("live heap without topics", mib(empty.heapBytes()), "MiB"));
        add(Measured.of("live heap with idle topics", mib(idle.heapBytes()), "MiB"));
        add(Measured.of("anonymous memory without topics", mib(empty.anonymousBytes()), "MiB"));
        if (plan.sends() > 0) {
            sends(empty);
            restart("ready again with messages in all topics");
            Memory after = memory();
            perTopic("idle topic with messages", "live heap", after.heapBytes() - empty.heapBytes(), IDLE_BYTES_MOST);
        }
    }

    private void add(Measured figure) {
        figures.add(figure);
        if (!figure.holds()) findings.add(figure.what() + ": " + figure.value() + " " + figure.unit());
        progress.accept(figure.line());
    }

    private void perTopic(String state, String kind, long bytes, double most) {
        add(Measured.atMost(most, kind + " of an " + state, (double) bytes / plan.topics(), "B"));
    }

    private static double mib(long bytes) {
        return bytes / 1048576.0;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private void create() throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long cpu = server.process().figures().cpuMillis();
        long begin = System.nanoTime();
        ExecutorService creators = Executors.newFixedThreadPool(plan.creators());
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < plan.creators(); i++) {
                all.add(creators.submit(() -> {
                    for (int topic = next.getAndIncrement(); topic < plan.topics(); topic = next.getAndIncrement()) {
                        admin.createTopic(name(topic), 1);
                    }
                }));
            }
            for (Future<?> one : all) one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("topics could not be made: " + e.getCause(), e);
        } finally {
            creators.shutdownNow();
        }
        double seconds = secondsSince(begin);
        double most = CREATED_SECONDS_MOST * Math.max(1, plan.topics() / 100_000.0);
        add(Measured.atMost(most, "topics made, " + plan.creators() + " calls at a time", seconds, "s"));
        add(Measured.of("topics made a second", plan.topics() / seconds, "/s"));
        add(Measured.of("processor time of the server for that", cpuSecondsSince(cpu), "s"));
    }

    /** What operators and clients ask while nothing else goes on. */
    private void look() throws IOException, InterruptedException {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint());
                RawClient client = new RawClient(server.endpoint())) {
            long begin = System.nanoTime();
            int counted = admin.countTopics();
            add(Measured.of("all topics listed, page by page", secondsSince(begin), "s"));
            if (counted != plan.topics()) findings.add(counted + " topics are listed");
            Random random = new Random(plan.seed());
            client.route(name(0));
            begin = System.nanoTime();
            for (int i = 0; i < SAMPLED_TOPICS; i++) client.route(name(random.nextInt(plan.topics())));
            add(Measured.of("one route, one after another", secondsSince(begin) * 1e6 / SAMPLED_TOPICS, "us"));
        }
        scrape("metrics, topics without messages");
    }

    private void scrape(String what) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.adminEndpoint() + "/metrics"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        client.send(request, HttpResponse.BodyHandlers.ofString());
        long begin = System.nanoTime();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        add(Measured.of(what + ": time", secondsSince(begin), "s"));
        add(Measured.of(what + ": size", response.body().length() / 1024.0, "KiB"));
        response.body()
                .lines()
                .filter(line -> line.startsWith("escrow_queues_awake "))
                .map(line -> Double.parseDouble(line.split(" ")[1]))
                .forEach(awake -> add(Measured.of("queues awake then", awake, "")));
        if (response.statusCode() != 200) findings.add(what + ": " + response.statusCode());
    }

    private double cpuSecondsSince(long cpuMillis) {
        return (server.process().figures().cpuMillis() - cpuMillis) / 1e3;
    }

    private void restart(String what) {
        server.stop();
        server.startAgain();
        server.awaitReady();
        add(Measured.atMost(
                READY_SECONDS_MOST, what, server.process().timeToReady().toMillis() / 1e3, "s"));
        add(Measured.of("processor time of that start", cpuSecondsSince(0), "s"));
    }

    private Memory memory() throws InterruptedException {
        pause(SETTLED);
        return new Memory(liveHeap(), server.process().figures().anonymousBytes());
    }

    private long liveHeap() {
        LiveHeap heap = LiveHeap.of(server.process().pids().get(0));
        heap.largest().forEach(progress);
        return heap.bytes();
    }

    private static void pause(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sends(Memory empty) throws IOException, InterruptedException {
        try (RawClient client = new RawClient(server.endpoint());
                PeakMemory peak = new PeakMemory(server.process())) {
            RandomSends sends = new RandomSends(client, ManyTopicsRun::name, plan.topics(), plan.inFlight());
            long cpu = server.process().figures().cpuMillis();
            long begin = System.nanoTime();
            sends.run(plan.sends(), plan.seed());
            add(Measured.of("sends to topics by chance", plan.sends() / secondsSince(begin), "/s"));
            add(Measured.of("processor time of the server for them", cpuSecondsSince(cpu), "s"));
            add(Measured.of("anonymous memory, at most, meanwhile", mib(peak.bytes()), "MiB"));
            Map<String, Integer> failures = sends.failures();
            int failed = failures.values().stream().mapToInt(Integer::intValue).sum();
            add(Measured.atMost(0, "sends not acknowledged", failed, ""));
            if (failed > 0) findings.add("not acknowledged: " + failures);
            add(Measured.of("live heap right after them", mib(liveHeap()), "MiB"));
            check(client, sends);
        }
        scrape("metrics, topics with messages");
        pause(plan.idleTimeout().plusSeconds(10));
        Memory asleep = memory();
        perTopic("idle topic after sends", "live heap", asleep.heapBytes() - empty.heapBytes(), IDLE_BYTES_MOST);
    }

    /** Topics by chance hold what was acknowledged, and not more than what was sent. */
    private void check(RawClient client, RandomSends sends) {
        Random random = new Random(plan.seed() + 1);
        int unsure =
                sends.failures().values().stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < SAMPLED_TOPICS; i++) {
            int topic = random.nextInt(plan.topics());
            long stored = client.blocking(Duration.ofSeconds(20))
                    .queryOffset(QueryOffsetRequest.newBuilder()
                            .setMessageQueue(MessageQueue.newBuilder()
                                    .setTopic(RawClient.resource(name(topic)))
                                    .setId(0))
                            .setQueryOffsetPolicy(QueryOffsetPolicy.END)
                            .build())
                    .getOffset();
            int acknowledged = sends.acknowledged(topic);
            if (stored < acknowledged || stored > acknowledged + unsure) {
                findings.add(name(topic) + " holds " + stored + " messages, acknowledged were " + acknowledged);
            }
        }
    }
}
