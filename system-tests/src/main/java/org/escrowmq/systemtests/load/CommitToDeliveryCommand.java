package org.escrowmq.systemtests.load;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.OfficialClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code commit-to-delivery}: transactions at a fixed rate while one push consumer listens. Latency is from the call of commit to the
 * listener. The warm-up runs at the same rate and is not counted.
 */
@Command(
        name = "commit-to-delivery",
        mixinStandardHelpOptions = true,
        description = "From the commit of a transaction to its delivery, at a fixed rate.")
final class CommitToDeliveryCommand extends LoadCommand {
    private static final long SETTLE_SECONDS = 60;

    @Option(names = "--group", required = true, description = "consumer group")
    private String group = "";

    @Option(names = "--rate", defaultValue = "1000", description = "transactions a second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--threads", defaultValue = "32", description = "threads that keep the rate (${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--seconds", defaultValue = "20", description = "measured time (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warm-up-seconds", defaultValue = "10", description = "time before it (${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Override
    LoadReport run() throws Exception {
        long run = ThreadLocalRandom.current().nextLong();
        Phase warmUp = new Phase(run, rate * warmUpSeconds);
        Phase measured = new Phase(run + 1, rate * seconds);
        try (PushConsumer consumer = clients().push(group, topic(), message -> {
                    warmUp.received(message);
                    measured.received(message);
                    return ConsumeResult.SUCCESS;
                });
                Producer producer = transactionalProducer()) {
            warmUp.commitAll(producer);
            warmUp.await();
            measured.commitAll(producer);
            measured.await();
            return measured.watch.report("commit-to-delivery-" + rate);
        }
    }

    /** Transactions of one phase; a body starts with the phase's number and its index. */
    private final class Phase {
        private final long number;
        private final int count;
        private final AtomicLongArray committed;
        private final CountDownLatch open;
        private volatile Stopwatch watch = new Stopwatch();

        Phase(long number, int count) {
            this.number = number;
            this.count = count;
            this.committed = new AtomicLongArray(count);
            this.open = new CountDownLatch(count);
        }

        void commitAll(Producer producer) throws InterruptedException {
            watch = new Stopwatch();
            AtomicInteger next = new AtomicInteger();
            long start = System.nanoTime();
            SendLoad.inThreads(threads, () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    awaitTime(start + i * TimeUnit.SECONDS.toNanos(1) / rate);
                    commitOne(producer, i);
                }
            });
        }

        private void commitOne(Producer producer, int index) {
            byte[] body = new byte[Math.max(bodyBytes(), 12)];
            ByteBuffer.wrap(body).putLong(number).putInt(index);
            try {
                Transaction transaction = producer.beginTransaction();
                producer.send(OfficialClients.message(topic(), body), transaction);
                committed.set(index, System.nanoTime());
                transaction.commit();
            } catch (ClientException | StatusRuntimeException e) {
                watch.failed(e);
                open.countDown();
            }
        }

        private static void awaitTime(long nanos) {
            for (long wait = nanos - System.nanoTime(); wait > 0; wait = nanos - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }

        void received(MessageView message) {
            long now = System.nanoTime();
            ByteBuffer body = message.getBody();
            if (body.remaining() < 12 || body.getLong() != number) return;
            long begin = committed.getAndSet(body.getInt(), 0);
            if (begin == 0) return; // comes again
            watch.succeeded(now - begin);
            open.countDown();
        }

        void await() throws InterruptedException, TimeoutException {
            if (!open.await(SETTLE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(open.getCount() + " of " + count + " messages never came");
            }
        }
    }
}
