package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import apache.rocketmq.v2.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.apache.rocketmq.client.java.exception.BadRequestException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Messages that come at their time, and recalls, as the official client sees them. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class DelayTest {
    private static final String DELIVER_AT = "escrow-deliver-at";
    private static final String MAX_DELAY_KEY = "escrow.delay-scheduler.max-delay";
    private static final Duration MAX_DELAY = Duration.ofDays(365);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration UNSEEN = Duration.ofSeconds(2);
    private static final Duration AFTER_READY = Duration.ofSeconds(1);

    private static Message due(String topic, String body, long dueEpochMillis) {
        return OfficialClients.message(topic)
                .setBody(Received.bytes(body))
                .setDeliveryTimestamp(dueEpochMillis)
                .build();
    }

    private static long in(Duration time) {
        return System.currentTimeMillis() + time.toMillis();
    }

    /** Waits until that time is over, and a little longer; nothing may have come by then. */
    private static void assertNothingComes(RawClient raw, String topic, long untilEpochMillis) {
        Duration time = Duration.ofMillis(Math.max(0, untilEpochMillis - System.currentTimeMillis()))
                .plus(UNSEEN);
        Awaitility.await().during(time).atMost(time.plusSeconds(10)).until(() -> raw.shown(topic, 1) == 0);
    }

    @Test
    @DisplayName(
            "145: a message with delivery in 10 s is consumed 9 to 15 s after its birth, with its delivery_timestamp")
    void inTenSeconds(SharedServer.Running server) throws Exception {
        String topic = server.delayTopic(4);
        AtomicLong cameEpochMillis = new AtomicLong();
        Received received = new Received();
        try (Producer producer = server.clients().producer(topic);
                PushConsumer consumer = server.clients().push(server.group(), topic, message -> {
                    cameEpochMillis.set(System.currentTimeMillis());
                    return received.consume(message);
                })) {
            assertEquals(1, consumer.getSubscriptionExpressions().size());
            long due = in(Duration.ofSeconds(10));
            producer.send(due(topic, "later", due));
            received.awaitCount(1, PATIENCE);
            MessageView message = received.messages().get(0);
            assertEquals(due, message.getDeliveryTimestamp().orElseThrow());
            long afterBirth = cameEpochMillis.get() - message.getBornTimestamp();
            assertTrue(afterBirth >= 9_000 && afterBirth <= 15_000, afterBirth + " ms after its birth");
            assertTrue(cameEpochMillis.get() >= due, "before its time");
        }
    }

    @Test
    @DisplayName("146: a message whose delivery was 20 s ago is consumed at once")
    void inThePast(SharedServer.Running server) throws Exception {
        String topic = server.delayTopic(1);
        try (Producer producer = server.clients().producer(topic);
                RawClient raw = server.raw()) {
            producer.send(due(topic, "long ago", in(Duration.ofSeconds(-20))));
            apache.rocketmq.v2.Message message =
                    raw.receiveOne(server.group(), topic, Duration.ofSeconds(10), Duration.ofSeconds(3));
            assertEquals("long ago", message.getBody().toStringUtf8());
        }
    }

    @Test
    @DisplayName(
            "147: a delivery beyond the maximum delay is a BadRequestException; the text names the limit and its key")
    void tooLate(SharedServer.Running server) throws Exception {
        String topic = server.delayTopic(1);
        long beyond = in(MAX_DELAY.plusSeconds(5));
        try (Producer producer = server.clients().producer(topic);
                RawClient raw = server.raw()) {
            assertThrows(BadRequestException.class, () -> producer.send(due(topic, "never", beyond)));
            Status status = raw.send(RawClient.delayed(topic, Received.bytes("never"), beyond))
                    .getStatus();
            assertEquals(Code.ILLEGAL_DELIVERY_TIME, status.getCode());
            assertTrue(status.getMessage().contains(MAX_DELAY_KEY), status.getMessage());
            assertTrue(status.getMessage().contains(Long.toString(MAX_DELAY.toDays())), status.getMessage());
        }
    }

    @Test
    @DisplayName("148, 149: a delayed send has a recall handle; recalled before its time it is never delivered")
    void recalled(SharedServer.Running server) throws Exception {
        String topic = server.delayTopic(1);
        try (Producer producer = server.clients().producer(topic);
                RawClient raw = server.raw()) {
            long due = in(Duration.ofSeconds(3));
            SendReceipt receipt = producer.send(due(topic, "never", due));
            assertFalse(receipt.getRecallHandle().isEmpty());
            for (int time = 0; time < 2; time++) {
                assertEquals(
                        receipt.getMessageId().toString(),
                        producer.recallMessage(topic, receipt.getRecallHandle())
                                .getMessageId()
                                .toString());
            }
            assertNothingComes(raw, topic, due);
        }
    }

    @Test
    @DisplayName("150: a recall after delivery, with garbage or of nothing known is not OK, and says why")
    void recalledTooLate(SharedServer.Running server) throws Exception {
        String topic = server.delayTopic(1);
        try (Producer producer = server.clients().producer(topic);
                RawClient raw = server.raw()) {
            SendResultEntry entry = raw.send(
                            RawClient.delayed(topic, Received.bytes("soon"), in(Duration.ofMillis(500))))
                    .getEntries(0);
            assertEquals(Code.OK, entry.getStatus().getCode());
            Awaitility.await().atMost(PATIENCE).until(() -> raw.shown(topic, 1) == 1);
            Status late = raw.recall(topic, entry.getRecallHandle()).getStatus();
            assertEquals(Code.NOT_FOUND, late.getCode());
            assertTrue(late.getMessage().startsWith("ALREADY_DELIVERED"), late.getMessage());
            assertThrows(ClientException.class, () -> producer.recallMessage(topic, entry.getRecallHandle()));
            RecallMessageResponse garbage = raw.recall(topic, "garbage");
            assertNotEquals(Code.OK, garbage.getStatus().getCode());
            assertThrows(ClientException.class, () -> producer.recallMessage(topic, "garbage"));
        }
    }

    @Test
    @DisplayName("what comes due while the server is down is there within 1 s of ready, in the order of its times")
    void dueWhileTheServerIsDown() throws Exception {
        Path folder = ServerFolders.create("delay-restart");
        int count = 50;
        try (EscrowServer server = EscrowServer.start(EscrowServer.homeOfThisTree(), folder, Map.of())) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                admin.createDelayTopic("down", 1);
            }
            long first = in(Duration.ofSeconds(8));
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, count).boxed().toList());
            Collections.shuffle(order, new Random(count));
            try (Producer producer = server.clients(false).producer("down")) {
                for (int place : order) producer.send(due("down", "m" + place, first + 10L * place));
            }
            server.stop();
            assertTrue(System.currentTimeMillis() < first, "the first was due before the stop");
            long last = first + 10L * count;
            Awaitility.await().atMost(PATIENCE).until(() -> System.currentTimeMillis() > last);
            server.startAgain();
            server.awaitReady();
            try (RawClient raw = new RawClient(server.endpoint())) {
                Awaitility.await()
                        .atMost(AFTER_READY)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> raw.shown("down", 1) == count);
                assertEquals(
                        IntStream.range(0, count).mapToObj(i -> "m" + i).toList(),
                        raw.all("down", 0).stream()
                                .map(message -> message.getBody().toStringUtf8())
                                .toList());
            }
        }
        Folders.remove(folder);
    }

    @Test
    @DisplayName("messages of one message group with " + DELIVER_AT
            + " come in the order of their times, ties in that of sends")
    void inAMessageGroup(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(4);
        List<String> sent = List.of("last", "second", "third", "first", "fifth", "fourth");
        List<Long> afterMillis = List.of(900L, 300L, 300L, 0L, 600L, 300L);
        Map<String, Long> cameEpochMillis = new ConcurrentHashMap<>();
        Received received = new Received();
        try (Producer producer = server.clients().producer(topic);
                PushConsumer consumer = server.clients().push(server.fifoGroup(), topic, message -> {
                    cameEpochMillis.put(Received.text(message), System.currentTimeMillis());
                    return received.consume(message);
                })) {
            assertEquals(1, consumer.getSubscriptionExpressions().size());
            long base = in(Duration.ofSeconds(4));
            for (int i = 0; i < sent.size(); i++) {
                producer.send(OfficialClients.message(topic)
                        .setBody(Received.bytes(sent.get(i)))
                        .setMessageGroup("g")
                        .addProperty(DELIVER_AT, Long.toString(base + afterMillis.get(i)))
                        .build());
            }
            received.awaitCount(sent.size(), PATIENCE);
            for (int i = 0; i < sent.size(); i++) {
                assertTrue(cameEpochMillis.getOrDefault(sent.get(i), 0L) >= base + afterMillis.get(i), sent.get(i));
            }
        }
        assertEquals(List.of("first", "second", "third", "fourth", "fifth", "last"), received.texts());
    }

    @Test
    @DisplayName("a transactional message with " + DELIVER_AT + " is visible at the later of its commit and its time")
    void inATransaction(SharedServer.Running server) throws Exception {
        String committedFirst = server.transactionTopic(1);
        String committedLater = server.transactionTopic(1);
        try (Producer producer = server.clients()
                        .producerBuilder(committedFirst, committedLater)
                        .setTransactionChecker(message -> TransactionResolution.UNKNOWN)
                        .build();
                RawClient raw = server.raw()) {
            long due = in(Duration.ofSeconds(3));
            Transaction first = producer.beginTransaction();
            Transaction later = producer.beginTransaction();
            producer.send(deliverAt(committedFirst, due), first);
            producer.send(deliverAt(committedLater, due), later);
            first.commit();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> raw.shown(committedFirst, 1) == 1);
            assertTrue(System.currentTimeMillis() >= due, "before its time");
            assertNothingComes(raw, committedLater, due);
            later.commit();
            Awaitility.await().atMost(PATIENCE).until(() -> raw.shown(committedLater, 1) == 1);
        }
    }

    private static Message deliverAt(String topic, long epochMillis) {
        return OfficialClients.message(topic)
                .setBody(Received.bytes("both conditions"))
                .addProperty(DELIVER_AT, Long.toString(epochMillis))
                .build();
    }
}
