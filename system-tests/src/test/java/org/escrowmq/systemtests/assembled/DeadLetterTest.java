package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.kill.DeadLetterRun;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Messages that a group gives up, as the official client and raw stubs see it. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class DeadLetterTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    @DisplayName(
            "129, 130: with 2 attempts a message that is never acked is delivered twice, then sits in %DLQ%group and says where it comes from")
    void outOfAttempts(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.newGroupName();
        server.admin().createGroup(group, false, 2);
        String id;
        try (Producer producer = server.clients().producer()) {
            id = producer.send(OfficialClients.message(topic, Received.bytes("stubborn")))
                    .getMessageId()
                    .toString();
        }
        List<MessageView> deliveries = new ArrayList<>();
        try (SimpleConsumer consumer = server.clients().simple(group, topic, Duration.ofSeconds(3))) {
            Awaitility.await().atMost(SOON).pollInSameThread().until(() -> {
                deliveries.addAll(consumer.receive(1, TEN));
                return deliveries.size() == 2;
            });
            assertEquals(2, deliveries.get(1).getDeliveryAttempt());
            awaitLetters(server, group, 1);
            assertEquals(List.of(), consumer.receive(1, TEN));
        }
        try (SimpleConsumer reader = server.clients().simple(server.group(), "%DLQ%" + group, Duration.ofSeconds(5))) {
            MessageView letter = Awaitility.await()
                    .atMost(SOON)
                    .pollInSameThread()
                    .until(() -> reader.receive(1, TEN), found -> !found.isEmpty())
                    .get(0);
            assertEquals(id, letter.getMessageId().toString());
            assertEquals("stubborn", Received.text(letter));
        }
        Message raw = letters(server, group).get(0);
        assertEquals(topic, raw.getSystemProperties().getDeadLetterQueue().getTopic());
        assertEquals(id, raw.getSystemProperties().getDeadLetterQueue().getMessageId());
    }

    @Test
    @DisplayName("134, 135: a message is given up twice, and after its lease: OK each time, and one copy")
    void givenUp(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            raw.send(RawClient.message(topic, Received.bytes("a"), null));
            raw.send(RawClient.message(topic, Received.bytes("b"), null));
            Message first = raw.receiveOne(group, topic, Duration.ofMinutes(1), SOON);
            assertEquals(Code.OK, raw.deadLetter(group, topic, RawClient.handle(first)));
            assertEquals(Code.OK, raw.deadLetter(group, topic, RawClient.handle(first)));
            Message second = raw.receiveOne(group, topic, TEN, SOON);
            Awaitility.await().atMost(SOON).pollDelay(Duration.ofMillis(10_200)).until(() -> true);
            assertEquals(Code.OK, raw.deadLetter(group, topic, RawClient.handle(second)));
            awaitLetters(server, group, 2);
            assertEquals(Code.OK, raw.deadLetter(group, topic, RawClient.handle(second)));
            assertEquals(Code.OK, raw.deadLetter(group, topic, RawClient.handle(first)));
            assertEquals(List.of(), raw.receive(group, topic, 1, TEN));
        }
        assertEquals(2, letters(server, group).size());
    }

    @Test
    @DisplayName("142: a FIFO listener that fails to its attempts (3) forwards once, and the next message follows")
    void failingInOrder(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(1);
        String group = server.newGroupName();
        server.admin().createGroup(group, true, 3);
        try (Producer producer = server.clients().producer()) {
            for (String text : List.of("fails", "follows")) {
                producer.send(OfficialClients.message(topic)
                        .setMessageGroup("g")
                        .setBody(Received.bytes(text))
                        .build());
            }
        }
        List<String> consumed = new CopyOnWriteArrayList<>();
        try (PushConsumer consumer = server.clients().push(group, topic, message -> {
            consumed.add(Received.text(message));
            return Received.text(message).equals("fails") ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        })) {
            assertTrue(consumer.getConsumerGroup().equals(group));
            Awaitility.await().atMost(SOON).until(() -> consumed.contains("follows"));
            awaitLetters(server, group, 1);
        }
        assertEquals(List.of("fails", "fails", "fails", "follows"), consumed);
        assertEquals("fails", letters(server, group).get(0).getBody().toStringUtf8());
    }

    @Test
    void killedOnBothWays() throws Exception {
        Path folder = ServerFolders.create("dead-letters");
        DeadLetterRun run = new DeadLetterRun(
                EscrowServer.homeOfThisTree(),
                folder,
                LongSuite.choose(2_000, 200),
                LongSuite.choose(10, 2),
                20261126,
                System.out::println);
        assertEquals(List.of(), run.run());
        Folders.remove(folder);
    }

    private static void awaitLetters(SharedServer.Running server, String group, int count) {
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> letters(server, group).size() == count);
    }

    private static List<Message> letters(SharedServer.Running server, String group) {
        try (RawClient raw = server.raw()) {
            return raw.all("%DLQ%" + group, 0);
        }
    }
}
