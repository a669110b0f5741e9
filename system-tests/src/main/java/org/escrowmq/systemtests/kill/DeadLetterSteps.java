package org.escrowmq.systemtests.kill;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Single messages on their way to the dead letters and back, and a kill at each step: the first message's server is killed at the first write to
 * the log that comes of it, the next one's at the second, until one has gone the whole way without; then the same at each sync. There are three
 * ways: out of attempts, given up by the consumer, and back by a redrive. At the end each message must have been a dead letter once, and
 * must be back in its topic once.
 */
final class DeadLetterSteps {
    private static final String TOPIC = "failing-alone";
    private static final String GROUP = "never-succeeds-alone";
    private static final String LETTERS = "%DLQ%" + GROUP;
    private static final int ATTEMPTS = 1;
    private static final Duration ROUND_LIMIT = Duration.ofMinutes(2);
    /** What comes after a message is where it belongs, such as forgetting its move, is over after this. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private final EscrowServer server;
    private final RawClient raw;
    private final AdminCalls admin;
    private final Consumer<String> progress;
    private final List<String> ids = new ArrayList<>();
    private int kills;

    private DeadLetterSteps(EscrowServer server, RawClient raw, AdminCalls admin, Consumer<String> progress) {
        this.server = server;
        this.raw = raw;
        this.admin = admin;
        this.progress = progress;
    }

    /** Runs it all on a server of its own; what was wrong, or nothing. */
    static List<String> run(Path home, Path folder, Consumer<String> progress) throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of());
                RawClient raw = new RawClient(server.endpoint());
                AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTopic(TOPIC, 1);
            admin.createGroup(GROUP, false, ATTEMPTS);
            return new DeadLetterSteps(server, raw, admin, progress).run();
        }
    }

    private List<String> run() throws Exception {
        for (KillAtCall.Call call : KillAtCall.Call.values()) {
            everyStep("out of attempts", call, () -> fail(false), () -> letters() == ids.size(), this::sendAndTake);
            everyStep("given up", call, () -> fail(true), () -> letters() == ids.size(), this::sendAndTake);
        }
        int redriven = 0;
        for (KillAtCall.Call call : KillAtCall.Call.values()) {
            // Each of these takes one of the dead letters that the rounds before have left.
            redriven = redriveAtEveryStep(call, redriven);
        }
        redriveFrom(0);
        await(() -> raw.all(TOPIC, 0).size() >= 2 * ids.size(), () -> redriveFrom(0));
        List<String> findings = new ArrayList<>();
        DeadLetterRun.check("dead letters", ids, raw.all(LETTERS, 0), 1, findings);
        DeadLetterRun.check("messages of the topic", ids, raw.all(TOPIC, 0), 2, findings);
        progress.accept(kills + " kills, " + ids.size() + " messages");
        return findings;
    }

    private int redriveAtEveryStep(KillAtCall.Call call, int redrivenBefore) throws Exception {
        int[] redriven = {redrivenBefore};
        everyStep(
                "redrive",
                call,
                () -> admin.redrive(GROUP, redriven[0] - 1, 1),
                () -> raw.all(TOPIC, 0).size() >= ids.size() + redriven[0],
                () -> {
                    if (redriven[0]++ >= ids.size()) throw new IllegalStateException("no dead letter is left");
                });
        return redriven[0];
    }

    /** Rounds with a kill at the first, the second ... call, until one ends without a kill. */
    private void everyStep(String way, KillAtCall.Call call, Runnable work, BooleanSupplier done, Runnable begin)
            throws Exception {
        boolean killed = true;
        for (int step = 1; killed; step++) {
            begin.run();
            try (KillAtCall armed = KillAtCall.arm(server, call, step)) {
                Awaitility.await()
                        .atMost(ROUND_LIMIT)
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> !server.process().alive() || isDone(work, done));
                killed = awaitKill();
            }
            progress.accept(way + ", " + call + " " + step + (killed ? ": killed" : ": not reached"));
            if (!killed) return;
            kills++;
            server.startAgain();
            server.awaitReady();
            await(done, work);
        }
    }

    private boolean isDone(Runnable work, BooleanSupplier done) {
        try {
            if (done.getAsBoolean()) return true;
            work.run();
            return done.getAsBoolean();
        } catch (StatusRuntimeException | IllegalStateException failure) {
            if (!DeadLetterRun.isOutage(failure)) throw failure;
            return false;
        }
    }

    private boolean awaitKill() {
        long end = System.nanoTime() + AFTERWARDS.toNanos();
        Awaitility.await()
                .atMost(AFTERWARDS.multipliedBy(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !server.process().alive() || System.nanoTime() > end);
        return !server.process().alive();
    }

    private void await(BooleanSupplier done, Runnable work) {
        Awaitility.await()
                .atMost(ROUND_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> isDone(work, done));
    }

    private int letters() {
        return raw.all(LETTERS, 0).size();
    }

    private void sendAndTake() {
        Message message = RawClient.message(TOPIC, new byte[200], null);
        raw.send(message);
        ids.add(message.getSystemProperties().getMessageId());
    }

    /** What its consumer does with a message, whenever it gets it. */
    private void fail(boolean givesUp) {
        for (Message message : raw.receive(GROUP, TOPIC, 1, Duration.ofSeconds(10))) {
            String handle = RawClient.handle(message);
            if (givesUp) {
                Code code = raw.deadLetter(GROUP, TOPIC, handle);
                if (code != Code.OK) throw new IllegalStateException("give up: " + code);
            } else {
                raw.changeInvisible(GROUP, TOPIC, handle, Duration.ZERO);
            }
        }
    }

    private void redriveFrom(long from) {
        long at = from;
        AdminCalls.Redriven step;
        do {
            step = admin.redrive(GROUP, at, 32);
            at = step.next();
        } while (at < step.end());
    }
}
