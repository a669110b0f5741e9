package org.escrowmq.systemtests.kill;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Messages whose consumers never succeed, on their way to the dead letters and back, while the server is killed (SIGKILL) and started
 * again: half of them are given up by their consumer, half run out of attempts. At the end each must have been a dead letter once,
 * and must be back in its topic once. Moments are random by seed.
 */
public final class DeadLetterRun {
    private static final String TOPIC = "failing";
    private static final String GROUP = "never-succeeds";
    private static final String LETTERS = "%DLQ%" + GROUP;
    private static final int QUEUES = 4;
    private static final int ATTEMPTS = 2;
    private static final Duration STAGE_LIMIT = Duration.ofMinutes(5);

    private final Path home;
    private final Path folder;
    private final int messages;
    private final int kills;
    private final Random random;
    private final Consumer<String> progress;

    /** {@code kills}: how often on the way there, and as often on the way back. */
    public DeadLetterRun(Path home, Path folder, int messages, int kills, long seed, Consumer<String> progress) {
        this.home = home;
        this.folder = folder;
        this.messages = messages;
        this.kills = kills;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /** Runs it all; what was wrong, or nothing. */
    public List<String> run() throws Exception {
        List<String> findings = new ArrayList<>();
        ExecutorService consumers = Executors.newSingleThreadExecutor();
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of());
                RawClient raw = new RawClient(server.endpoint());
                AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTopic(TOPIC, QUEUES);
            admin.createGroup(GROUP, false, ATTEMPTS);
            List<String> ids = send(raw);
            stage(server, consumers, "dead letters", () -> fail(raw), () -> count(raw, LETTERS, 1) >= ids.size());
            check("dead letters", ids, raw.all(LETTERS, 0), 1, findings);
            stage(
                    server,
                    consumers,
                    "redriven",
                    () -> redrive(admin),
                    () -> count(raw, TOPIC, QUEUES) >= 2 * ids.size());
            List<Message> back = new ArrayList<>();
            for (int queue = 0; queue < QUEUES; queue++) back.addAll(raw.all(TOPIC, queue));
            check("messages of the topic", ids, back, 2, findings);
        } finally {
            consumers.shutdownNow();
        }
        return findings;
    }

    private List<String> send(RawClient raw) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            Message message = RawClient.message(TOPIC, new byte[200], null);
            raw.send(message);
            ids.add(message.getSystemProperties().getMessageId());
        }
        return ids;
    }

    /** Keeps {@code work} going until {@code done}, with kills in between. */
    private void stage(EscrowServer server, ExecutorService worker, String name, Runnable work, BooleanSupplier done)
            throws Exception {
        boolean[] over = {false};
        Future<?> working = worker.submit(() -> {
            while (!isOver(over)) tolerant(work);
        });
        for (int kill = 1; kill <= kills; kill++) {
            pause(200 + random.nextInt(1_500));
            server.kill();
            server.startAgain();
            server.awaitReady();
            progress.accept(name + ": kill " + kill + " of " + kills);
        }
        Awaitility.await()
                .atMost(STAGE_LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsMatching(DeadLetterRun::isOutage)
                .until(done::getAsBoolean);
        synchronized (over) {
            over[0] = true;
        }
        working.get();
    }

    private static boolean isOver(boolean[] over) {
        synchronized (over) {
            return over[0];
        }
    }

    /** A server that is down, or just starts, does not answer as it should: tried again. */
    private static void tolerant(Runnable work) {
        try {
            work.run();
        } catch (StatusRuntimeException | IllegalStateException failure) {
            if (!isOutage(failure)) throw failure;
            pause(100);
        }
    }

    /** No connection, or a frame with a status that is none of success. */
    static boolean isOutage(Throwable failure) {
        if (failure instanceof StatusRuntimeException) return true;
        String text = String.valueOf(failure.getMessage());
        return failure instanceof IllegalStateException
                && (text.startsWith("receive:") || text.startsWith("pull:") || text.startsWith("give up:"));
    }

    private static void pause(long millis) {
        Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
    }

    /** Takes messages: those with an even id are given up, the others come again at once until they have had their attempts. */
    private static void fail(RawClient raw) {
        for (Message message : raw.receive(GROUP, TOPIC, 32, Duration.ofSeconds(10))) {
            String handle = RawClient.handle(message);
            boolean even = message.getSystemProperties().getMessageId().hashCode() % 2 == 0;
            if (even) giveUp(raw, handle);
            else raw.changeInvisible(GROUP, TOPIC, handle, Duration.ZERO);
        }
    }

    private static void giveUp(RawClient raw, String handle) {
        Code code = raw.deadLetter(GROUP, TOPIC, handle);
        if (code != Code.OK) throw new IllegalStateException("give up: " + code);
    }

    private static void redrive(AdminCalls admin) {
        long at = 0;
        AdminCalls.Redriven step;
        do {
            step = admin.redrive(GROUP, at, 32);
            at = step.next();
        } while (at < step.end());
    }

    private static long count(RawClient raw, String topic, int queues) {
        long count = 0;
        for (int queue = 0; queue < queues; queue++)
            count += raw.all(topic, queue).size();
        return count;
    }

    /** Whether each of these messages, and no other, was found so many times. */
    static void check(String what, List<String> ids, List<Message> found, int times, List<String> findings) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Message message : found) counts.merge(message.getSystemProperties().getMessageId(), 1, Integer::sum);
        for (String id : ids) {
            int count = counts.getOrDefault(id, 0);
            if (count != times) findings.add(what + ": " + id + " is there " + count + " times, not " + times);
        }
        if (counts.size() != ids.size()) findings.add(what + ": " + counts.size() + " ids, sent were " + ids.size());
    }
}
