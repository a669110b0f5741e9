package org.escrowmq.systemtests.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code e2e}: sends at a fixed rate while one push consumer listens. Latency is from the moment at which a message was *meant* to be
 * sent (so a stall is not left out) to its first listener call. The warm-up runs at the same rate and is not counted.
 */
@Command(name = "e2e", mixinStandardHelpOptions = true, description = "End-to-end latency at a fixed rate.")
final class EndToEndCommand extends LoadCommand {
    private static final long SETTLE_SECONDS = 60;

    @Option(names = "--group", required = true, description = "consumer group")
    private String group = "";

    @Option(names = "--rate", defaultValue = "1000", description = "messages a second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "20", description = "measured time (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warm-up-seconds", defaultValue = "10", description = "time before it (${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Override
    LoadReport run() throws Exception {
        long run = ThreadLocalRandom.current().nextLong();
        Round warmUp = new Round(run, bodyBytes(), rate, warmUpSeconds);
        Round measured = new Round(run + 1, bodyBytes(), rate, seconds);
        try (PushConsumer consumer = clients().push(group, topic(), message -> {
                    warmUp.received(message);
                    measured.received(message);
                    return ConsumeResult.SUCCESS;
                });
                Producer producer = producer()) {
            warmUp.send(producer, topic());
            warmUp.await();
            measured.send(producer, topic());
            measured.await();
            return measured.watch().report("e2e-" + rate);
        }
    }

    /** Messages of one phase; a body starts with the phase's number, its index and the time at which it was to be sent. */
    private static final class Round {
        private final long number;
        private final int bodyBytes;
        private final int count;
        private final long intervalNanos;
        private final Set<Integer> settled = ConcurrentHashMap.newKeySet();
        private final CountDownLatch open;
        private volatile Stopwatch watch = new Stopwatch();

        Round(long number, int bodyBytes, int rate, int seconds) {
            this.number = number;
            this.bodyBytes = Math.max(bodyBytes, 20);
            this.count = rate * seconds;
            this.open = new CountDownLatch(count);
            this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        }

        Stopwatch watch() {
            return watch;
        }

        void send(Producer producer, String topic) {
            watch = new Stopwatch();
            byte[] body = new byte[bodyBytes];
            Arrays.fill(body, (byte) 'x');
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = start + i * intervalNanos;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                byte[] stamped = body.clone();
                ByteBuffer.wrap(stamped).putLong(number).putInt(i).putLong(due);
                int index = i;
                producer.sendAsync(OfficialClients.message(topic, stamped)).whenComplete((receipt, failure) -> {
                    if (failure != null && settled.add(index)) {
                        watch.failed(failure);
                        open.countDown();
                    }
                });
            }
        }

        void received(MessageView message) {
            ByteBuffer body = message.getBody();
            if (body.remaining() < 20 || body.getLong() != number) {
                return;
            }
            int index = body.getInt();
            long latency = System.nanoTime() - body.getLong();
            if (settled.add(index)) {
                watch.succeeded(latency);
                open.countDown();
            }
        }

        void await() throws InterruptedException, TimeoutException {
            if (!open.await(SETTLE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(open.getCount() + " of " + count + " messages never came");
            }
        }
    }
}
