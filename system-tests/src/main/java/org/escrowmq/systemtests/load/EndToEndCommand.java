package org.escrowmq.systemtests.load;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
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
        Phase warmUp = new Phase(new NumberedMessages(run, bodyBytes(), rate, warmUpSeconds));
        Phase measured = new Phase(new NumberedMessages(run + 1, bodyBytes(), rate, seconds));
        try (PushConsumer consumer = clients().push(group, topic(), message -> {
                    warmUp.received(message);
                    measured.received(message);
                    return ConsumeResult.SUCCESS;
                });
                Producer producer = producer()) {
            warmUp.send(producer);
            measured.send(producer);
            return measured.messages.watch().report("e2e-" + rate);
        }
    }

    private final class Phase {
        private final NumberedMessages messages;
        private final Set<Integer> settled = ConcurrentHashMap.newKeySet();

        Phase(NumberedMessages messages) {
            this.messages = messages;
        }

        void send(Producer producer) throws InterruptedException, TimeoutException {
            messages.begin();
            for (int i = 0; i < messages.count(); i++) {
                int index = i;
                messages.awaitDue(index);
                producer.sendAsync(OfficialClients.message(topic(), messages.body(index)))
                        .whenComplete((receipt, failure) -> {
                            if (failure != null && settled.add(index)) messages.failed(failure);
                        });
            }
            messages.await();
        }

        void received(MessageView message) {
            int index = messages.indexOf(message);
            if (index >= 0 && settled.add(index)) messages.arrived(System.nanoTime() - messages.dueNanos(index));
        }
    }
}
