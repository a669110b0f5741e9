package org.escrowmq.systemtests.load;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code delay}: messages that are all sent at once and due at times spread evenly over some seconds, while one push consumer listens. Latency is
 * from the due time to the listener, by the wall clock; a message that came early counts as 0, and is counted.
 */
@Command(
        name = "delay",
        mixinStandardHelpOptions = true,
        description = "How long after their time delayed messages come, and whether any comes before it.")
final class DelayCommand extends LoadCommand {
    private static final int HEAD_BYTES = 20;
    private static final int IN_FLIGHT = 256;
    private static final long WARM_UP_SECONDS = 5;
    private static final long PATIENCE_SECONDS = 60;
    private static final long SETTLE_SECONDS = 2;

    @Option(names = "--group", required = true, description = "consumer group")
    private String group = "";

    @Option(names = "--messages", defaultValue = "5000", description = "delayed messages (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--lead-seconds", defaultValue = "10", description = "until the first is due (${DEFAULT-VALUE})")
    private int leadSeconds;

    @Option(
            names = "--spread-seconds",
            defaultValue = "30",
            description = "from the first due time to the last (${DEFAULT-VALUE})")
    private int spreadSeconds;

    @Override
    LoadReport run() throws Exception {
        Phase warmUp = new Phase(messages / 10);
        Phase measured = new Phase(messages);
        try (PushConsumer consumer = clients().push(group, topic(), message -> {
                    warmUp.received(message);
                    measured.received(message);
                    return ConsumeResult.SUCCESS;
                });
                Producer producer = producer()) {
            warmUp.send(producer, WARM_UP_SECONDS, WARM_UP_SECONDS);
            warmUp.await(2 * WARM_UP_SECONDS);
            measured.send(producer, leadSeconds, spreadSeconds);
            measured.await(leadSeconds + spreadSeconds);
            new CountDownLatch(1).await(SETTLE_SECONDS, TimeUnit.SECONDS);
            return measured.report();
        }
    }

    /** Messages with a number of their own, by which they know each other. */
    private final class Phase {
        private final long number = ThreadLocalRandom.current().nextLong();
        private final int count;
        private final AtomicIntegerArray times;
        private final CountDownLatch open;
        private final AtomicLong early = new AtomicLong();
        private final AtomicLong mostEarlyMicros = new AtomicLong();
        private volatile Stopwatch watch = new Stopwatch();

        Phase(int count) {
            this.count = count;
            this.times = new AtomicIntegerArray(count);
            this.open = new CountDownLatch(count);
        }

        void send(Producer producer, long leadSeconds, long spreadSeconds) throws InterruptedException {
            watch = new Stopwatch();
            long first = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(leadSeconds);
            long spreadMillis = TimeUnit.SECONDS.toMillis(spreadSeconds);
            Semaphore window = new Semaphore(IN_FLIGHT);
            for (int i = 0; i < count; i++) {
                window.acquire();
                long due = first + spreadMillis * i / count;
                producer.sendAsync(OfficialClients.message(topic())
                                .setBody(body(i, due))
                                .setDeliveryTimestamp(due)
                                .build())
                        .whenComplete((receipt, failure) -> {
                            window.release();
                            if (failure == null) return;
                            watch.failed(failure);
                            open.countDown();
                        });
            }
            window.acquire(IN_FLIGHT);
        }

        private byte[] body(int index, long dueEpochMillis) {
            byte[] body = new byte[Math.max(bodyBytes(), HEAD_BYTES)];
            ByteBuffer.wrap(body).putLong(number).putInt(index).putLong(dueEpochMillis);
            return body;
        }

        void received(MessageView message) {
            Instant now = Instant.now();
            ByteBuffer body = message.getBody();
            if (body.remaining() < HEAD_BYTES || body.getLong() != number) return;
            int index = body.getInt();
            if (times.incrementAndGet(index) > 1) return;
            long lateMicros = ChronoUnit.MICROS.between(Instant.ofEpochMilli(body.getLong()), now);
            if (lateMicros < 0) {
                early.incrementAndGet();
                mostEarlyMicros.accumulateAndGet(-lateMicros, Math::max);
            }
            watch.succeeded(TimeUnit.MICROSECONDS.toNanos(Math.max(0, lateMicros)));
            open.countDown();
        }

        /** Until all have come, or long enough after the last one's time. */
        void await(long seconds) throws InterruptedException {
            if (!open.await(seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(open.getCount() + " delayed messages did not come");
            }
        }

        LoadReport report() {
            List<String> violations = new ArrayList<>();
            int missing = 0;
            int again = 0;
            for (int i = 0; i < count; i++) {
                if (times.get(i) == 0) missing++;
                if (times.get(i) > 1) again++;
            }
            if (missing > 0) violations.add(missing + " delayed messages never came");
            if (again > 0) violations.add(again + " delayed messages came more than once");
            return watch.report("delay")
                    .withViolations(violations)
                    .withEarly(new LoadReport.Early(early.get(), mostEarlyMicros.get() / 1e3));
        }
    }
}
