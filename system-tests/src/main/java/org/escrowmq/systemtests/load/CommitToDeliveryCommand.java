package org.escrowmq.systemtests.load;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
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
        Phase warmUp = new Phase(new NumberedMessages(run, bodyBytes(), rate, warmUpSeconds));
        Phase measured = new Phase(new NumberedMessages(run + 1, bodyBytes(), rate, seconds));
        try (PushConsumer consumer = clients().push(group, topic(), message -> {
                    warmUp.received(message);
                    measured.received(message);
                    return ConsumeResult.SUCCESS;
                });
                Producer producer = transactionalProducer()) {
            warmUp.commitAll(producer);
            measured.commitAll(producer);
            return measured.messages.watch().report("commit-to-delivery-" + rate);
        }
    }

    private final class Phase {
        private final NumberedMessages messages;
        /** When commit was called, by index; 0 before, and once the message has come. */
        private final AtomicLongArray committed;

        Phase(NumberedMessages messages) {
            this.messages = messages;
            this.committed = new AtomicLongArray(messages.count());
        }

        void commitAll(Producer producer) throws InterruptedException, TimeoutException {
            messages.begin();
            AtomicInteger next = new AtomicInteger();
            SendLoad.inThreads(threads, () -> {
                for (int i = next.getAndIncrement(); i < messages.count(); i = next.getAndIncrement()) {
                    messages.awaitDue(i);
                    commitOne(producer, i);
                }
            });
            messages.await();
        }

        private void commitOne(Producer producer, int index) {
            try {
                Transaction transaction = producer.beginTransaction();
                producer.send(OfficialClients.message(topic(), messages.body(index)), transaction);
                committed.set(index, System.nanoTime());
                transaction.commit();
            } catch (ClientException | StatusRuntimeException e) {
                messages.failed(e);
            }
        }

        void received(MessageView message) {
            int index = messages.indexOf(message);
            long begin = index < 0 ? 0 : committed.getAndSet(index, 0);
            if (begin != 0) messages.arrived(System.nanoTime() - begin);
        }
    }
}
