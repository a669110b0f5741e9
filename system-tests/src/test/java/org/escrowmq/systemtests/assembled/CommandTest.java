package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.shaded.io.grpc.Status;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an operator asks of the official client over its telemetry stream. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class CommandTest {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    @Test
    @DisplayName("154: the stacks of a Java client's threads come back within 5 s")
    void stacks(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        try (Producer producer = server.clients(true).producer(topic);
                PushConsumer consumer =
                        server.clients().push(server.group(), topic, message -> ConsumeResult.SUCCESS)) {
            assertTrue(producer != null && consumer != null);
            List<String> clients = awaitClients(() -> server.admin().clients(topic), 2);
            for (String client : clients) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .pollInSameThread()
                        .ignoreExceptionsMatching(CommandTest::isEndOfStream)
                        .untilAsserted(() -> {
                            String text = Assertions.assertTimeout(
                                    ANSWER_LIMIT, () -> server.admin().clientStack(client));
                            assertTrue(text.contains("java.lang.Thread"), text);
                        });
            }
        }
    }

    /** A client whose stream ended opens another one a second later. */
    private static boolean isEndOfStream(Throwable failure) {
        return failure instanceof StatusRuntimeException ended
                && ended.getStatus().getCode() == Status.Code.UNAVAILABLE;
    }

    @Test
    @DisplayName("155: a Java push listener tries a stored message: its result is reported and no offset changes")
    void verify(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        Listener listener = new Listener();
        try (PushConsumer consumer = server.clients().push(group, topic, listener);
                Producer producer = server.clients().producer()) {
            assertEquals(group, consumer.getConsumerGroup());
            String id = producer.send(OfficialClients.message(topic, Received.bytes("try me")))
                    .getMessageId()
                    .toString();
            List<AdminCalls.Standing> consumed = List.of(new AdminCalls.Standing(1, 0, 0, 0));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> server.admin().standings(group).equals(consumed));
            String client =
                    awaitClients(() -> server.admin().clientsOfGroup(group), 1).get(0);

            assertEquals(new AdminCalls.Verdict(true, "OK", id), server.admin().verify(client, topic, 0, 0));
            assertEquals(2, listener.seen.size());
            for (MessageView message : listener.seen) {
                assertEquals(id, message.getMessageId().toString());
                assertEquals("try me", Received.text(message));
            }
            listener.result = ConsumeResult.FAILURE;
            assertEquals(
                    new AdminCalls.Verdict(false, "FAILED_TO_CONSUME_MESSAGE", id),
                    server.admin().verify(client, topic, id));
            // A nack or an ack of a trial would show in the figures, a second delivery in the listener.
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> listener.seen.size() == 3
                            && server.admin().standings(group).equals(consumed));
        }
    }

    private static List<String> awaitClients(Callable<List<String>> listed, int count) {
        return Awaitility.await().atMost(Duration.ofSeconds(10)).until(listed, clients -> clients.size() == count);
    }

    /** Keeps what it gets; its result can be changed. */
    private static final class Listener implements MessageListener {
        final Queue<MessageView> seen = new ConcurrentLinkedQueue<>();
        volatile ConsumeResult result = ConsumeResult.SUCCESS;

        @Override
        public ConsumeResult consume(MessageView message) {
            seen.add(message);
            return result;
        }
    }
}
