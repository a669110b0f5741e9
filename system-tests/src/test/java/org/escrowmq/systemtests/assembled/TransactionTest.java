package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SendResultEntry;
import apache.rocketmq.v2.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionChecker;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Timestamps;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.client.Target;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions with the official client, on a server that asks soon and often. */
@Tag("conformance")
class TransactionTest {
    private static final Duration IMMUNITY = Duration.ofMillis(500);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int CHECKS = 3;
    private static final int QUEUES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration UNSEEN = IMMUNITY.plus(INTERVAL).plusSeconds(1);
    private static final Duration IMMUNE = Duration.ofSeconds(LongSuite.choose(40, 3));

    private static Path folder;
    private static EscrowServer server;
    private static OfficialClients clients;
    private static RawClient raw;
    private static final AtomicInteger NAMES = new AtomicInteger();

    private String topic;
    private String group;

    @BeforeAll
    static void start() {
        folder = ServerFolders.create("transactions");
        server = EscrowServer.start(
                EscrowServer.homeOfThisTree(),
                folder,
                Map.of(
                        "escrow.cluster.transaction.immunity", IMMUNITY.toMillis() + "ms",
                        "escrow.cluster.transaction.check-interval", INTERVAL.toMillis() + "ms",
                        "escrow.cluster.transaction.checks-max", Integer.toString(CHECKS)));
        clients = new OfficialClients(new Target(server.endpoint(), false));
        raw = new RawClient(server.endpoint());
    }

    @AfterAll
    static void stop() {
        raw.close();
        server.close();
        Folders.remove(folder);
    }

    @BeforeEach
    void topic() {
        topic = "transactions-" + NAMES.incrementAndGet();
        group = "group-of-" + topic;
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTransactionTopic(topic, QUEUES);
            admin.createGroup(group, AdminCalls.Start.FIRST);
        }
    }

    /** Keeps what it was asked about. */
    private static final class Checker implements TransactionChecker {
        final List<MessageView> asked = new CopyOnWriteArrayList<>();
        private final TransactionResolution answer;

        Checker(TransactionResolution answer) {
            this.answer = answer;
        }

        @Override
        public TransactionResolution check(MessageView message) {
            asked.add(message);
            return answer;
        }
    }

    private Producer producer(TransactionChecker checker) throws Exception {
        return clients.producerBuilder(topic).setTransactionChecker(checker).build();
    }

    private SendReceipt send(Producer producer, Transaction transaction, String body) throws Exception {
        return producer.send(OfficialClients.message(topic, Received.bytes(body)), transaction);
    }

    /** What consumers can see by now. */
    private List<Message> visible() {
        List<Message> all = new ArrayList<>();
        for (int queue = 0; queue < QUEUES; queue++) all.addAll(raw.all(topic, queue));
        return all;
    }

    private void awaitVisible() {
        Awaitility.await().atMost(PATIENCE).until(() -> visible().size() == 1);
    }

    private void assertNothingIsVisible() {
        Awaitility.await()
                .during(UNSEEN)
                .atMost(UNSEEN.plusSeconds(10))
                .until(() -> visible().isEmpty());
    }

    @Test
    @DisplayName("73, 75: nobody sees a half message; a committed one is received once, attempt 1, with its id")
    void committed() throws Exception {
        try (Producer producer = producer(new Checker(TransactionResolution.UNKNOWN));
                SimpleConsumer consumer = clients.simple(group, topic, Duration.ofSeconds(3))) {
            Transaction transaction = producer.beginTransaction();
            SendReceipt receipt = send(producer, transaction, "both or neither");
            assertNothingIsVisible();
            transaction.commit();
            List<MessageView> received = new ArrayList<>();
            Awaitility.await().atMost(PATIENCE).until(() -> received.addAll(consumer.receive(1, PATIENCE)));
            assertEquals(List.of(), consumer.receive(1, PATIENCE));
            MessageView message = received.get(0);
            assertEquals(receipt.getMessageId(), message.getMessageId());
            assertEquals(1, message.getDeliveryAttempt());
            assertEquals("both or neither", Received.text(message));
            consumer.ack(message);
        }
    }

    @Test
    @DisplayName(
            "76: a rolled back message is never received, whatever the checker would say, and nobody is asked after a decision (T3)")
    void rolledBack() throws Exception {
        Checker checker = new Checker(TransactionResolution.COMMIT);
        try (Producer producer = producer(checker)) {
            Transaction transaction = producer.beginTransaction();
            send(producer, transaction, "neither");
            transaction.rollback();
            assertNothingIsVisible();
            assertEquals(List.of(), checker.asked);
        }
    }

    @Test
    @DisplayName("77, 91: a checker that says COMMIT has the message received; it was asked about the complete message")
    void checkedAndCommitted() throws Exception {
        Checker checker = new Checker(TransactionResolution.COMMIT);
        try (Producer producer = producer(checker)) {
            SendReceipt receipt = producer.send(
                    OfficialClients.message(topic)
                            .setBody(Received.bytes("the body"))
                            .setTag("tag")
                            .setKeys("k1", "k2")
                            .addProperty("p", "v")
                            .build(),
                    producer.beginTransaction());
            awaitVisible();
            MessageView asked = checker.asked.get(0);
            assertEquals(receipt.getMessageId(), asked.getMessageId());
            assertEquals(topic, asked.getTopic());
            assertEquals("the body", Received.text(asked));
            assertEquals("tag", asked.getTag().orElseThrow());
            assertEquals(List.of("k1", "k2"), List.copyOf(asked.getKeys()));
            assertEquals(Map.of("p", "v"), asked.getProperties());
            assertTrue(asked.getBornTimestamp() > 0);
            assertFalse(asked.getBornHost().isEmpty());
        }
    }

    @Test
    @DisplayName("78: a checker that says ROLLBACK has nothing received")
    void checkedAndRolledBack() throws Exception {
        Checker checker = new Checker(TransactionResolution.ROLLBACK);
        try (Producer producer = producer(checker)) {
            send(producer, producer.beginTransaction(), "neither");
            Awaitility.await().atMost(PATIENCE).until(() -> !checker.asked.isEmpty());
            assertNothingIsVisible();
            assertEquals(1, checker.asked.size());
        }
    }

    @Test
    @DisplayName(
            "79, 82: a checker that says UNKNOWN is asked again; after all checks it is PARKED, listed and not delivered (T4)")
    void parked() throws Exception {
        Checker checker = new Checker(TransactionResolution.UNKNOWN);
        try (Producer producer = producer(checker)) {
            assertTrue(producer.beginTransaction() != null);
            SendResultEntry half = half(null);
            Awaitility.await().atMost(PATIENCE).until(() -> checker.asked.size() == CHECKS);
            Awaitility.await().atMost(PATIENCE).until(() -> listed("parked").contains(half.getTransactionId()));
            Status late = end(half, apache.rocketmq.v2.TransactionResolution.COMMIT);
            assertEquals(Code.INVALID_TRANSACTION_ID, late.getCode());
            assertTrue(late.getMessage().contains("PARKED since 20"), late.getMessage());
            assertNothingIsVisible();
            assertEquals(CHECKS, checker.asked.size());
            String story = server.command("txn", "show", half.getTransactionId());
            assertTrue(story.contains("COMMIT, while it was parked"), story);
            assertTrue(story.contains("check " + CHECKS), story);
            assertTrue(listed("open").isBlank(), "nothing else is open");
            server.command("txn", "commit", half.getTransactionId(), "--reason", "the ledger says so");
            awaitVisible();
            assertTrue(server.command("txn", "show", half.getTransactionId()).contains("the ledger says so"));
        }
    }

    @Test
    @DisplayName("80: when its sender is gone another producer of the topic is asked")
    void anotherProducerIsAsked() throws Exception {
        Checker gone = new Checker(TransactionResolution.UNKNOWN);
        Checker other = new Checker(TransactionResolution.COMMIT);
        try (Producer second = producer(other)) {
            assertTrue(second.beginTransaction() != null);
            try (Producer first = producer(gone)) {
                send(first, first.beginTransaction(), "left behind");
            }
            awaitVisible();
            assertEquals(1, other.asked.size());
        }
    }

    @Test
    @DisplayName("81: of two producers the one that has a checker is asked within 3 rounds")
    void whoNeverAnswersIsPassedOver() throws Exception {
        Checker checker = new Checker(TransactionResolution.COMMIT);
        try (Producer silent = producer(new Checker(TransactionResolution.UNKNOWN));
                Producer answering = producer(checker)) {
            assertTrue(answering.beginTransaction() != null);
            send(silent, silent.beginTransaction(), "asked of the silent one first");
            awaitVisible();
            assertEquals(1, checker.asked.size());
        }
    }

    @Test
    @DisplayName("84, 85: a decision is made once; the same again is OK, another one is refused by name (T1, T2)")
    void decidedOnce() throws Exception {
        SendResultEntry committed = half(null);
        SendResultEntry rolledBack = half(null);
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    Code.OK,
                    end(committed, apache.rocketmq.v2.TransactionResolution.COMMIT)
                            .getCode());
            assertEquals(
                    Code.OK,
                    end(rolledBack, apache.rocketmq.v2.TransactionResolution.ROLLBACK)
                            .getCode());
        }
        Status late = end(rolledBack, apache.rocketmq.v2.TransactionResolution.COMMIT);
        assertEquals(Code.INVALID_TRANSACTION_ID, late.getCode());
        assertTrue(late.getMessage().contains("ROLLED_BACK at 20"), late.getMessage());
        Status other = end(committed, apache.rocketmq.v2.TransactionResolution.ROLLBACK);
        assertEquals(Code.INVALID_TRANSACTION_ID, other.getCode());
        assertTrue(other.getMessage().contains("COMMITTED at 20"), other.getMessage());
        assertEquals(
                Code.INVALID_TRANSACTION_ID,
                raw.end(
                                topic,
                                "another-message",
                                committed.getTransactionId(),
                                apache.rocketmq.v2.TransactionResolution.COMMIT)
                        .getCode());
        awaitVisible();
        Awaitility.await().during(Duration.ofSeconds(1)).until(() -> visible().size() == 1);
    }

    @Test
    @DisplayName(
            "87, 89: a commit long after the send and before any check is OK; nobody is asked within the message's own immunity (T6)")
    void ownImmunity() throws Exception {
        Checker checker = new Checker(TransactionResolution.UNKNOWN);
        try (Producer producer = producer(checker)) {
            assertTrue(producer.beginTransaction() != null);
            SendResultEntry half = half(IMMUNE.plusSeconds(10));
            Awaitility.await().during(IMMUNE).atMost(IMMUNE.plusSeconds(8)).until(() -> checker.asked.isEmpty());
            assertEquals(
                    Code.OK,
                    end(half, apache.rocketmq.v2.TransactionResolution.COMMIT).getCode());
            awaitVisible();
            assertEquals(List.of(), checker.asked);
        }
    }

    @Test
    @DisplayName("T5: a producer whose clock is off by a day is asked when all others are")
    void aProducersClockSaysNothing() throws Exception {
        Checker checker = new Checker(TransactionResolution.UNKNOWN);
        try (Producer producer = producer(checker)) {
            assertTrue(producer.beginTransaction() != null);
            long sent = System.currentTimeMillis();
            for (Duration off : List.of(Duration.ofDays(-1), Duration.ofDays(1))) half(IMMUNE, sent + off.toMillis());
            Awaitility.await().during(IMMUNE.minusSeconds(1)).until(() -> checker.asked.isEmpty());
            Awaitility.await().atMost(PATIENCE).until(() -> checker.asked.size() >= 2);
            assertEquals(
                    2,
                    checker.asked.stream()
                            .map(MessageView::getMessageId)
                            .distinct()
                            .limit(2)
                            .count());
            assertTrue(System.currentTimeMillis() - sent >= IMMUNE.toMillis());
        }
    }

    @Test
    @DisplayName("88: a producer that named no topics is asked about what it sent")
    void producerWithoutTopics() throws Exception {
        Checker checker = new Checker(TransactionResolution.COMMIT);
        try (Producer producer =
                clients.producerBuilder().setTransactionChecker(checker).build()) {
            send(producer, producer.beginTransaction(), "no topics");
            awaitVisible();
            assertEquals(1, checker.asked.size());
        }
    }

    /** The ids of this test's transactions in a state, as {@code escrow txn ls} has them. */
    private String listed(String state) {
        String json = server.command("txn", "ls", "--topic", topic, "--state", state, "-o", "json");
        return json.replaceAll("[\\[\\]\\s]", "");
    }

    private SendResultEntry half(@Nullable Duration immunity) {
        return half(immunity, System.currentTimeMillis());
    }

    private SendResultEntry half(@Nullable Duration immunity, long bornEpochMillis) {
        Message half = RawClient.half(topic, Received.bytes("half"), immunity);
        SendResultEntry entry = raw.send(half.toBuilder()
                        .setSystemProperties(half.getSystemProperties().toBuilder()
                                .setBornTimestamp(Timestamps.fromMillis(bornEpochMillis)))
                        .build())
                .getEntries(0);
        assertEquals(Code.OK, entry.getStatus().getCode(), entry.getStatus().getMessage());
        return entry;
    }

    private Status end(SendResultEntry half, apache.rocketmq.v2.TransactionResolution resolution) {
        return raw.end(topic, half.getMessageId(), half.getTransactionId(), resolution);
    }
}
