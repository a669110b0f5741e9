package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.SendMessageResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Order within each message group, as the official client and raw stubs see it. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class FifoTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    @DisplayName("70: messages of one group go to one queue, whichever queue their clients chose")
    void oneQueue(SharedServer.Running server) {
        String topic = server.fifoTopic(8);
        try (RawClient one = server.raw();
                RawClient other = server.raw()) {
            for (int i = 0; i < 100; i++) {
                Message message = grouped(topic, "g", "m" + i).toBuilder()
                        .setSystemProperties(grouped(topic, "g", "").getSystemProperties().toBuilder()
                                .setQueueId(i % 8))
                        .build();
                assertOk((i % 2 == 0 ? one : other).send(message));
            }
            List<Message> messages = new ArrayList<>();
            String group = server.fifoGroup();
            while (messages.size() < 100) messages.addAll(one.receive(group, topic, 32, TEN));
            assertEquals(
                    1,
                    messages.stream()
                            .map(message -> message.getSystemProperties().getQueueId())
                            .distinct()
                            .count());
        }
    }

    @Test
    @DisplayName(
            "137: a push consumer of an orderly group gets the 100 messages of a message group in the order of their sends")
    void pushInOrder(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(4);
        String group = server.fifoGroup();
        List<String> sent = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();
        send(server, topic, sent.stream().map(text -> "g:" + text).toList());
        Received received = new Received();
        try (PushConsumer consumer = server.clients().push(group, topic, received)) {
            received.awaitCount(100, SOON);
        }
        assertEquals(sent, received.texts());
    }

    @Test
    @DisplayName(
            "138: an un-acked message hides the later ones of its group until its lease ends, and then comes first again")
    void simpleConsumerWaits(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(1);
        String group = server.fifoGroup();
        send(server, topic, List.of("g:first", "g:second", "g:third", "other:of another group"));
        try (SimpleConsumer consumer = server.clients().simple(group, topic, Duration.ofSeconds(5))) {
            long beforeTheLease = System.nanoTime();
            MessageView first = consumer.receive(1, TEN).get(0);
            assertEquals("first", Received.text(first));
            MessageView other = consumer.receive(32, Duration.ofSeconds(60)).get(0);
            assertEquals("of another group", Received.text(other));
            consumer.ack(other);
            List<MessageView> next = new ArrayList<>();
            Awaitility.await().atMost(SOON).until(() -> {
                next.addAll(consumer.receive(1, Duration.ofSeconds(30)));
                return !next.isEmpty();
            });
            assertTrue(
                    System.nanoTime() - beforeTheLease >= TimeUnit.MILLISECONDS.toNanos(9_990),
                    "before the lease was over");
            assertEquals("first", Received.text(next.get(0)));
            assertEquals(2, next.get(0).getDeliveryAttempt());
            consumer.ack(next.get(0));
            assertEquals("second", Received.text(consumer.receive(1, TEN).get(0)));
        }
    }

    @Test
    @DisplayName(
            "139: of a batch of 3 only the 2nd and 3rd are acked: after the lease the 1st comes before any new one")
    void firstOfTheBatchComesFirst(SharedServer.Running server) {
        String topic = server.fifoTopic(1);
        String group = server.fifoGroup();
        try (RawClient raw = server.raw()) {
            for (int i = 0; i < 5; i++) assertOk(raw.send(grouped(topic, "g", "m" + i)));
            List<Message> batch = raw.receive(group, topic, 3, TEN);
            assertEquals(List.of("m0", "m1", "m2"), texts(batch));
            raw.ack(group, topic, RawClient.handle(batch.get(1)), RawClient.handle(batch.get(2)));
            assertEquals(List.of(), raw.receive(group, topic, 3, TEN));
            Message again = raw.receiveOne(group, topic, TEN, SOON);
            assertEquals("m0", again.getBody().toStringUtf8());
            assertEquals(2, again.getSystemProperties().getDeliveryAttempt());
            raw.ack(group, topic, RawClient.handle(again));
            assertEquals(List.of("m3", "m4"), texts(raw.receive(group, topic, 3, TEN)));
        }
    }

    @Test
    @DisplayName(
            "140, 141: the same attempt_id gets the same messages with an unchanged attempt, another one gets none")
    void repeatedReceive(SharedServer.Running server) {
        String topic = server.fifoTopic(1);
        String group = server.fifoGroup();
        try (RawClient raw = server.raw()) {
            assertOk(raw.send(grouped(topic, "g", "m0")));
            assertOk(raw.send(grouped(topic, "g", "m1")));
            List<Message> first = named(raw, group, topic, "attempt-1");
            assertEquals(List.of("m0", "m1"), texts(first));
            List<Message> again = named(raw, group, topic, "attempt-1");
            assertEquals(List.of("m0", "m1"), texts(again));
            assertEquals(1, again.get(0).getSystemProperties().getDeliveryAttempt());
            assertEquals(List.of(), named(raw, group, topic, "attempt-2"));
            assertEquals(
                    Code.OK,
                    raw.ack(group, topic, RawClient.handle(again.get(0)), RawClient.handle(again.get(1)))
                            .getStatus()
                            .getCode());
        }
    }

    @Test
    @DisplayName(
            "144: three message groups with partial failures, consumed by push: each group's order is that of its sends")
    void ordersWithRetries(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(4);
        String group = server.fifoGroup();
        int each = 20;
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (String messageGroup : List.of("a", "b", "c")) sent.add(messageGroup + ":" + messageGroup + i);
        }
        send(server, topic, sent);
        Map<String, Integer> calls = new ConcurrentHashMap<>();
        List<String> done = new CopyOnWriteArrayList<>();
        try (PushConsumer consumer = server.clients().push(group, topic, message -> {
            String text = Received.text(message);
            boolean fails = text.endsWith("7") && calls.merge(text, 1, Integer::sum) == 1;
            if (!fails) done.add(text);
            return fails ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        })) {
            Awaitility.await().atMost(SOON).until(() -> done.size() >= 3 * each);
        }
        for (String messageGroup : List.of("a", "b", "c")) {
            assertEquals(
                    IntStream.range(0, each).mapToObj(i -> messageGroup + i).toList(),
                    done.stream().filter(text -> text.startsWith(messageGroup)).toList());
        }
    }

    private static List<Message> named(RawClient raw, String group, String topic, String attempt) {
        ReceiveMessageRequest request = RawClient.receiveRequest(group, topic, 3, null, Duration.ofSeconds(5))
                .setMessageQueue(MessageQueue.newBuilder()
                        .setTopic(RawClient.resource(topic))
                        .setId(0))
                .setAttemptId(attempt)
                .build();
        return raw.frames(request, Duration.ofSeconds(9)).stream()
                .filter(ReceiveMessageResponse::hasMessage)
                .map(ReceiveMessageResponse::getMessage)
                .toList();
    }

    private static Message grouped(String topic, String messageGroup, String text) {
        return RawClient.grouped(topic, messageGroup, Received.bytes(text));
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream()
                .map(message -> message.getBody().toStringUtf8())
                .toList();
    }

    private static void assertOk(SendMessageResponse response) {
        assertEquals(
                Code.OK, response.getStatus().getCode(), response.getStatus().getMessage());
    }

    /** Through the official producer, one after another; each text is {@code GROUP:BODY}. */
    private static void send(SharedServer.Running server, String topic, List<String> texts) throws Exception {
        try (Producer producer = server.clients().producer(topic)) {
            for (String text : texts) {
                String[] parts = text.split(":");
                producer.send(OfficialClients.message(topic)
                        .setMessageGroup(parts[0])
                        .setBody(Received.bytes(parts[1]))
                        .build());
            }
        }
    }
}
