package org.escrowmq.systemtests.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.escrowmq.systemtests.client.AckWatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code push}: several push consumers of one group take a backlog that {@code store} has stored; of an ordered group with
 * {@code --message-groups}. Measured from the first listener call to the last answered ack. Latency is from a message's listener call
 * to its answered ack.
 */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        description =
                "Consumes a stored backlog with several push consumers of one group, and checks number and order.")
final class PushCommand extends ConsumeCommand {
    @Option(
            names = "--message-groups",
            defaultValue = "0",
            description = "as they were stored; the group is an ordered one then (${DEFAULT-VALUE})")
    private int messageGroups;

    @Option(
            names = "--failures",
            defaultValue = "0",
            description = "messages whose listener fails once, each of another message group (${DEFAULT-VALUE})")
    private int failures;

    @Override
    LoadReport run() throws Exception {
        Consumption consumption = new Consumption(new Backlog(messages(), messageGroups, failures));
        List<PushConsumer> consumers = new ArrayList<>();
        try {
            for (int i = 0; i < consumers(); i++) {
                PushConsumer consumer = clients().push(group(), topic(), consumption::consume);
                consumers.add(consumer);
                AckWatch.attach(consumer, consumption);
            }
            await(consumption.acks);
        } finally {
            closeAll(consumers);
        }
        return consumption.acks.report("push-" + consumers()).withViolations(consumption.tally.violations());
    }

    /** What the listeners and interceptors of all consumers see. */
    private static final class Consumption implements AckWatch {
        private final Backlog backlog;
        private final Tally tally;
        private final AckedBacklog acks;
        private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

        Consumption(Backlog backlog) {
            this.backlog = backlog;
            this.tally = new Tally(backlog);
            this.acks = new AckedBacklog(backlog.messages());
        }

        ConsumeResult consume(MessageView message) {
            int number = backlog.number(message);
            acks.received(number);
            numbers.put(message.getMessageId().toString(), number);
            return tally.received(number) ? ConsumeResult.SUCCESS : ConsumeResult.FAILURE;
        }

        @Override
        public void acking(Ack ack) {}

        @Override
        public void acked(Ack ack, boolean ok) {
            Integer number = numbers.get(ack.messageId());
            if (ok && number != null) {
                acks.acked(number);
            }
        }
    }
}
