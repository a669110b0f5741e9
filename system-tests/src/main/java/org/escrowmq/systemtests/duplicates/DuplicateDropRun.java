package org.escrowmq.systemtests.duplicates;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.client.Target;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Sends numbered messages with the official client through a {@link LosingProxy}, so that the client sends some of them again with the
 * same id, then reads back what is stored: each acknowledged number once, no number twice.
 */
public final class DuplicateDropRun {
    private static final String TOPIC = "duplicates";
    /** Longer than the server is away at a restart. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    /** With one answer in twenty lost, one send in 10^13 is given up. */
    private static final int ATTEMPTS = 10;

    private static final int SHOWN_MAX = 20;

    /**
     * What is asked for.
     *
     * @param lostShare of the good answers, 0 to 1
     * @param restart kill the server (SIGKILL) in the middle and start it again
     * @param dropping whether the topic drops duplicates; without it the run must fail
     */
    public record Plan(
            int sends,
            int inFlight,
            int queues,
            int bodyBytes,
            double lostShare,
            boolean restart,
            boolean dropping,
            long seed) {}

    /**
     * What came of it.
     *
     * @param acknowledged sends of the client that ended well
     * @param lostAnswers sends that were stored and answered UNAVAILABLE
     * @param stored messages that were read back
     * @param storedTwice numbers that are there more than once
     * @param missing acknowledged numbers that are not there
     * @param findings empty when everything held
     */
    public record Result(
            int sends,
            long acknowledged,
            long lostAnswers,
            long stored,
            long storedTwice,
            long missing,
            double sendSeconds,
            double readSeconds,
            double restartSeconds,
            List<String> findings) {}

    private final Plan plan;
    private final EscrowServer server;
    private final Consumer<String> progress;
    private final BitSet acknowledged = new BitSet();
    private final List<String> findings = new ArrayList<>();
    private double restartSeconds;
    private long failures;

    private DuplicateDropRun(Plan plan, EscrowServer server, Consumer<String> progress) {
        this.plan = plan;
        this.server = server;
        this.progress = progress;
    }

    /** Runs it all on a server of its own; {@code folder} is for its data and may not hold any yet. */
    public static Result run(Path home, Path folder, Plan plan, Consumer<String> progress)
            throws ClientException, InterruptedException, java.io.IOException {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            Thread cleanUp = new Thread(server::close, "duplicate-drop-clean-up");
            Runtime.getRuntime().addShutdownHook(cleanUp);
            Result result = new DuplicateDropRun(plan, server, progress).run();
            Runtime.getRuntime().removeShutdownHook(cleanUp);
            return result;
        }
    }

    private Result run() throws ClientException, InterruptedException, java.io.IOException {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            if (plan.dropping()) admin.createTopic(TOPIC, plan.queues());
            else admin.createTopicThatKeepsDuplicates(TOPIC, plan.queues());
        }
        long begin = System.nanoTime();
        long lost;
        try (LosingProxy proxy = new LosingProxy(server.endpoint(), plan.lostShare(), plan.seed());
                Producer producer = producer(proxy.endpoint())) {
            send(producer);
            lost = proxy.lost();
        }
        double sendSeconds = secondsSince(begin);
        progress.accept(acknowledged.cardinality() + " sends acknowledged, " + lost + " answers lost; reading back");
        begin = System.nanoTime();
        try (RawClient client = new RawClient(server.endpoint())) {
            return result(StoredNumbers.read(client, TOPIC, plan.queues()), lost, sendSeconds, begin);
        }
    }

    private static Producer producer(String endpoint) throws ClientException {
        return ClientServiceProvider.loadService()
                .newProducerBuilder()
                .setClientConfiguration(new Target(endpoint, false).configuration(REQUEST_TIMEOUT))
                .setTopics(TOPIC)
                .setMaxAttempts(ATTEMPTS)
                .build();
    }

    private void send(Producer producer) throws InterruptedException {
        Semaphore window = new Semaphore(plan.inFlight());
        for (int number = 0; number < plan.sends(); number++) {
            if (plan.restart() && number == plan.sends() / 2) restart();
            if (number > 0 && number % 100_000 == 0) progress.accept(number + " sends begun");
            window.acquire();
            ByteBuffer body = ByteBuffer.allocate(plan.bodyBytes()).putLong(number);
            int sent = number;
            producer.sendAsync(OfficialClients.message(TOPIC, body.array())).whenComplete((receipt, failure) -> {
                ended(sent, failure);
                window.release();
            });
        }
        window.acquire(plan.inFlight());
    }

    private synchronized void ended(int number, Throwable failure) {
        if (failure == null) {
            acknowledged.set(number);
            return;
        }
        if (failures++ < SHOWN_MAX) progress.accept("send " + number + " ended with " + failure);
    }

    /** With sends on their way. */
    private void restart() {
        long begin = System.nanoTime();
        server.kill();
        server.startAgain();
        server.awaitReady();
        restartSeconds = secondsSince(begin);
        progress.accept(String.format("killed and ready again after %.1f s", restartSeconds));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private synchronized Result result(StoredNumbers stored, long lost, double sendSeconds, long readSince) {
        double readSeconds = secondsSince(readSince);
        long missing =
                acknowledged.stream().filter(number -> !stored.contains(number)).count();
        acknowledged.stream()
                .filter(number -> !stored.contains(number))
                .limit(SHOWN_MAX)
                .forEach(number -> findings.add("send " + number + " was acknowledged and is not stored"));
        stored.repeated().entrySet().stream()
                .limit(SHOWN_MAX)
                .forEach(entry ->
                        findings.add("send " + entry.getKey() + " is stored " + (entry.getValue() + 1) + " times"));
        if (failures > 0) findings.add(failures + " sends failed after " + ATTEMPTS + " attempts");
        if (plan.lostShare() > 0 && lost == 0) findings.add("no answer was lost: nothing was tested");
        return new Result(
                plan.sends(),
                acknowledged.cardinality(),
                lost,
                stored.messages(),
                stored.repeated().size(),
                missing,
                sendSeconds,
                readSeconds,
                restartSeconds,
                List.copyOf(findings));
    }
}
