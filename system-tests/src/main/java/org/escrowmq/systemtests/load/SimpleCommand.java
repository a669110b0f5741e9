package org.escrowmq.systemtests.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code simple}: several simple consumers of one group, each a thread that receives a batch and acks its messages one after another.
 * Measured from the first received message to the last answered ack. Latency is from the end of a receive to a message's answered ack,
 * so it holds the acks of those before it in its batch.
 */
@Command(
        name = "simple",
        mixinStandardHelpOptions = true,
        description = "Consumes a stored backlog with several simple consumers of one group, and checks the number.")
final class SimpleCommand extends ConsumeCommand {
    private static final Duration AWAIT = Duration.ofSeconds(5);
    private static final Duration INVISIBLE = Duration.ofSeconds(60);

    @Option(names = "--batch", defaultValue = "32", description = "messages a receive at most (${DEFAULT-VALUE})")
    private int batch;

    @Override
    LoadReport run() throws Exception {
        Backlog backlog = new Backlog(messages(), 0, 0);
        Tally tally = new Tally(backlog);
        AckedBacklog acks = new AckedBacklog(messages());
        List<SimpleConsumer> consumers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < consumers(); i++) {
                SimpleConsumer consumer = clients().simple(group(), topic(), AWAIT);
                consumers.add(consumer);
                threads.add(new Thread(() -> consume(consumer, backlog, tally, acks), "simple-consumer-" + i));
            }
            threads.forEach(Thread::start);
            await(acks);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            threads.forEach(Thread::interrupt);
            closeAll(consumers);
        }
        return acks.report("simple-" + consumers()).withViolations(tally.violations());
    }

    /** Until all is acknowledged, by whomever. */
    private void consume(SimpleConsumer consumer, Backlog backlog, Tally tally, AckedBacklog acks) {
        while (!acks.isDone() && !Thread.currentThread().isInterrupted()) {
            try {
                List<MessageView> messages = consumer.receive(batch, INVISIBLE);
                for (MessageView message : messages) {
                    acks.received(backlog.number(message));
                    tally.received(backlog.number(message));
                }
                for (MessageView message : messages) {
                    consumer.ack(message);
                    acks.acked(backlog.number(message));
                }
            } catch (ClientException | StatusRuntimeException e) {
                acks.failed(e);
            }
        }
    }
}
