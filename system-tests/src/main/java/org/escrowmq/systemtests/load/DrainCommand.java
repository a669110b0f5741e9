package org.escrowmq.systemtests.load;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.escrowmq.systemtests.client.AckWatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code drain}: one push consumer takes a backlog that {@code store} has stored. Measured from the first message that the listener sees to
 * the last answered ack. Latency is from a message's listener call to its answered ack. Redeliveries are not counted twice.
 */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = "Drains a stored backlog with one push consumer.")
final class DrainCommand extends LoadCommand {
    @Option(names = "--group", required = true, description = "consumer group; its all messages are still before it")
    private String group = "";

    @Option(names = "--messages", defaultValue = "200000", description = "backlog (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--within", defaultValue = "600", description = "seconds until it is given up (${DEFAULT-VALUE})")
    private long withinSeconds;

    @Override
    LoadReport run() throws Exception {
        Drained drained = new Drained(messages);
        try (PushConsumer consumer = clients().push(group, topic(), drained::consume)) {
            AckWatch.attach(consumer, drained);
            if (!drained.done.await(withinSeconds, TimeUnit.SECONDS)) {
                throw new TimeoutException("acked " + drained.acked.size() + " of " + messages);
            }
        }
        return drained.watch.report("drain", drained.firstNanos.get(), drained.lastNanos.get());
    }

    /** Counts messages whose ack was answered, each once. */
    private static final class Drained implements AckWatch {
        private final int expected;
        private final Stopwatch watch = new Stopwatch();
        private final ConcurrentHashMap<String, Long> seenNanos = new ConcurrentHashMap<>();
        private final Set<String> acked = ConcurrentHashMap.newKeySet();
        private final AtomicLong firstNanos = new AtomicLong();
        private final AtomicLong lastNanos = new AtomicLong();
        private final CountDownLatch done = new CountDownLatch(1);

        Drained(int expected) {
            this.expected = expected;
        }

        ConsumeResult consume(MessageView message) {
            long now = System.nanoTime();
            firstNanos.compareAndSet(0, now);
            seenNanos.put(message.getMessageId().toString(), now);
            return ConsumeResult.SUCCESS;
        }

        @Override
        public void acking(Ack ack) {}

        @Override
        public void acked(Ack ack, boolean ok) {
            Long seen = seenNanos.get(ack.messageId());
            if (!ok || seen == null || !acked.add(ack.messageId())) {
                return;
            }
            long now = System.nanoTime();
            watch.succeeded(now - seen);
            if (watch.successes() >= expected) {
                lastNanos.compareAndSet(0, now);
                done.countDown();
            }
        }
    }
}
