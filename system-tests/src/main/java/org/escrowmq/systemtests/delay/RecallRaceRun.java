package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.report.Measured;

/** Messages at a fixed rate, each with a short delay and a recall close to its time, and consumers of what is delivered. */
public final class RecallRaceRun {
    /**
     * What is asked for.
     *
     * @param spreadMillis a recall is called at most so long before or after the time
     */
    public record Plan(int recalls, int rate, int spreadMillis, int queues, int consumers, long seed) {}

    private static final String TOPIC = "race";
    private static final String GROUP = "race-group";
    private static final int BODY_BYTES = 100;
    private static final int PER_REQUEST = 4;
    private static final int REQUESTS_IN_FLIGHT = 256;
    private static final long DELAY_MILLIS_MIN = 1_000;
    private static final long DELAY_MILLIS_MAX = 3_000;
    private static final long RECALL_SECONDS_MAX = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final double SHARE_MIN = 0.05;

    private final EscrowServer server;
    private final Plan plan;
    private final Outcome.Notes notes;
    private final NumberedDelay messages = new NumberedDelay(TOPIC, BODY_BYTES);
    private final Deliveries deliveries;
    private final RecallAnswers answers;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

    private RecallRaceRun(EscrowServer server, Plan plan, Consumer<String> progress) {
        this.server = server;
        this.plan = plan;
        this.notes = new Outcome.Notes(progress);
        this.deliveries = new Deliveries(plan.recalls());
        this.answers = new RecallAnswers(plan.recalls());
    }

    /** Runs it all on a server of its own. */
    public static Outcome run(Path home, Path folder, Plan plan, Consumer<String> progress) throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "recall-race-clean-up"));
            return new RecallRaceRun(server, plan, progress).run();
        }
    }

    private Outcome run() throws Exception {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createDelayTopic(TOPIC, plan.queues());
            admin.createGroup(GROUP, AdminCalls.Start.FIRST);
        }
        try (RawClient sender = new RawClient(server.endpoint());
                RawClient recaller = new RawClient(server.endpoint());
                RawConsumers consumers = new RawConsumers(
                        server.endpoint(),
                        TOPIC,
                        GROUP,
                        plan.consumers(),
                        message -> deliveries.received(message, System.currentTimeMillis()))) {
            send(sender, recaller);
            Pause.whileNot(() -> answers.answered() == plan.recalls(), PATIENCE);
            Pause.whileNot(
                    () -> deliveries.arrived() >= answers.count(RecallAnswers.Answer.ALREADY_DELIVERED), PATIENCE);
            Pause.of(SETTLED);
            notes.findings(consumers.failures());
        } finally {
            clock.shutdownNow();
        }
        report();
        return notes.outcome();
    }

    private void send(RawClient sender, RawClient recaller) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(plan.seed());
        BatchSends sends = new BatchSends(
                sender, PER_REQUEST, REQUESTS_IN_FLIGHT, (message, entry) -> recallLater(recaller, message, entry));
        long begin = System.nanoTime();
        for (int number = 0; number < plan.recalls(); ) {
            long due = begin + number * TimeUnit.SECONDS.toNanos(1) / plan.rate();
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            List<Message> batch = new ArrayList<>(PER_REQUEST);
            while (batch.size() < PER_REQUEST && number < plan.recalls()) {
                batch.add(messages.due(
                        number++, System.currentTimeMillis() + random.nextLong(DELAY_MILLIS_MIN, DELAY_MILLIS_MAX)));
            }
            sends.send(batch);
        }
        sends.finish();
        notes.figure(Measured.of("messages sent", plan.recalls() / ((System.nanoTime() - begin) / 1e9), "/s"));
    }

    private void recallLater(RawClient recaller, Message message, SendResultEntry entry) {
        int number = (int) NumberedDelay.number(message);
        long spreadMicros = TimeUnit.MILLISECONDS.toMicros(plan.spreadMillis());
        long aim = new SplittableRandom(plan.seed() ^ number).nextLong(-spreadMicros, spreadMicros + 1);
        Recall recall = new Recall(recaller, number, NumberedDelay.dueEpochMillis(message), entry.getRecallHandle());
        clock.schedule(recall, aim - recall.lateMicros(), TimeUnit.MICROSECONDS);
    }

    /** One recall, called again at once when it was too much. */
    private final class Recall implements Runnable, StreamObserver<RecallMessageResponse> {
        private final RawClient recaller;
        private final int number;
        private final long dueEpochMillis;
        private final String handle;
        private long calledLateMicros;
        private boolean again;

        Recall(RawClient recaller, int number, long dueEpochMillis, String handle) {
            this.recaller = recaller;
            this.number = number;
            this.dueEpochMillis = dueEpochMillis;
            this.handle = handle;
        }

        long lateMicros() {
            return ChronoUnit.MICROS.between(Instant.ofEpochMilli(dueEpochMillis), Instant.now());
        }

        @Override
        public void run() {
            again = false;
            calledLateMicros = lateMicros();
            recaller.async()
                    .withDeadlineAfter(RECALL_SECONDS_MAX, TimeUnit.SECONDS)
                    .recallMessage(RawClient.recallRequest(TOPIC, handle), this);
        }

        @Override
        public void onNext(RecallMessageResponse response) {
            again = response.getStatus().getCode() == Code.TOO_MANY_REQUESTS;
            if (again) return;
            RecallAnswers.Answer answer = RecallAnswers.Answer.of(response, messages.id(number));
            answers.answered(number, answer, calledLateMicros, String.valueOf(response));
        }

        @Override
        public void onError(Throwable failure) {
            answers.answered(number, RecallAnswers.Answer.ANOTHER, calledLateMicros, String.valueOf(failure));
        }

        @Override
        public void onCompleted() {
            if (again) run();
        }
    }

    private void report() {
        if (answers.answered() < plan.recalls()) {
            notes.finding((plan.recalls() - answers.answered()) + " recalls have no answer");
        }
        for (RecallAnswers.Answer answer :
                List.of(RecallAnswers.Answer.RECALLED, RecallAnswers.Answer.ALREADY_DELIVERED)) {
            double share = (double) answers.count(answer) / plan.recalls();
            notes.figure(Measured.atLeast(SHARE_MIN, "share answered " + answer, share, ""));
            if (share == 0) continue;
            for (double percentile : List.of(0.0, 1.0, 50.0, 99.0, 100.0)) {
                notes.figure(Measured.of(
                        answer + ": recall after the due time, percentile " + percentile,
                        answers.lateMillis(answer, percentile),
                        "ms"));
            }
        }
        notes.figure(Measured.of("deliveries: p99 late", deliveries.lateMillis().getValueAtPercentile(99), "ms"));
        notes.findings(deliveries.findings());
        notes.findings(answers.findings(deliveries));
    }
}
