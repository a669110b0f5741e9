package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.filtered;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.priced;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.cluster.QueueInspection.QueueFigures;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.escrowmq.queue.filter.FilterSyntaxException;
import org.escrowmq.queue.filter.SqlFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole node does for its clients, on a real journal. */
class NodeTest {
    @TempDir
    Path folder;

    private NodeBed node;

    @BeforeEach
    void start() {
        node = NodeBed.start(folder);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void whatIsAcknowledgedNeverComesBackAndWhatIsNotDoes() {
        node.topic("orders", 2);
        node.group("billing", StartPosition.FIRST);
        node.sendAll("orders", "m", 20);
        List<Delivery> first = new ArrayList<>();
        while (first.size() < 10) first.addAll(node.receive("orders", "billing", 10 - first.size()));
        node.ack("orders", "billing", first);
        Set<String> acknowledged = new HashSet<>(ids(first));

        node.restart();

        Set<String> later = new HashSet<>(node.drain("orders", "billing", 10));
        later.retainAll(acknowledged);
        assertEquals(Set.of(), later);
        assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
    }

    @Test
    void aHandleOutlivesARestart() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        node.send("orders", "m");
        List<Delivery> got = node.receive("orders", "billing", 1);
        node.restart();
        node.ack("orders", "billing", got);
        assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
    }

    @Test
    void aRepeatedAcknowledgementIsDoneAndAForeignHandleIsNot() {
        node.topic("orders", 1);
        node.topic("other", 1);
        node.group("billing", StartPosition.FIRST);
        node.group("audit", StartPosition.FIRST);
        node.send("orders", "m");
        Delivery got = node.receive("orders", "billing", 1).get(0);
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(node.tryAck("orders", "audit", got.receiptHandle())).code());
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(node.tryAck("other", "billing", got.receiptHandle())).code());
        assertTrue(NodeBed.done(node.tryAck("orders", "billing", got.receiptHandle())));
        assertTrue(NodeBed.done(node.tryAck("orders", "billing", got.receiptHandle())));
    }

    @Test
    void groupsReadIndependentlyAndStartWhereTheySay() {
        node.topic("orders", 1);
        node.group("early", StartPosition.FIRST);
        node.group("late", StartPosition.LATEST);
        node.send("orders", "before");
        assertEquals(List.of(), node.receiveNow("orders", "late", 10));
        node.send("orders", "after");
        assertEquals(List.of("before", "after"), node.drain("orders", "early", 2));
        assertEquals(List.of("after"), node.drain("orders", "late", 1));
    }

    @Test
    void aGroupThatIsBoundHasItsStartBeforeItsFirstReceive() {
        node.topic("orders", 1);
        node.group("late", StartPosition.LATEST);
        NodeBed.done(await(node.broker().catalogue().groupForUse(GroupName.of("late"), TopicName.of("orders"))));
        NodeBed.eventually(
                () -> assertEquals(1, figures("orders").get(0).groups().size()));
        node.send("orders", "after");
        assertEquals(List.of("after"), node.drain("orders", "late", 1));
    }

    private List<QueueFigures> figures(String topic) {
        return NodeBed.done(await(node.broker().inspection().describe(TopicName.of(topic))));
    }

    @Test
    void queuesThatATopicGetsLaterAreReadFromTheirFirstMessage() {
        node.topic("orders", 1);
        node.group("late", StartPosition.LATEST);
        assertEquals(List.of(), node.receiveNow("orders", "late", 1));
        NodeBed.done(await(node.broker()
                .catalogue()
                .updateTopic(new TopicSpec(
                        TopicName.of("orders"), TopicType.NORMAL, 8, Permission.READ_WRITE, Duration.ofDays(3)))));
        node.sendAll("orders", "m", 40);
        assertEquals(40, new HashSet<>(node.drain("orders", "late", 40)).size());
    }

    @Test
    void aWaitingPollIsWokenByASend() {
        node.topic("orders", 4);
        node.group("billing", StartPosition.FIRST);
        CompletionStage<Outcome<List<Delivery>>> waiting = node.receiveLater(
                        query("orders", "billing", 1, Duration.ofSeconds(25)))
                .deliveries();
        assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
        node.send("orders", "m");
        assertEquals(List.of("m"), ids(NodeBed.done(await(waiting))));
    }

    @Test
    void manyPollsOfOneMessageEachAreAllServed() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        List<CompletionStage<Outcome<List<Delivery>>>> waiting = IntStream.range(0, 100)
                .mapToObj(i -> node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)))
                        .deliveries())
                .toList();
        node.sendAll("orders", "m", 100);
        Set<String> got = new HashSet<>();
        for (CompletionStage<Outcome<List<Delivery>>> poll : waiting) got.addAll(ids(NodeBed.done(await(poll))));
        assertEquals(100, got.size());
    }

    @Test
    void aPollEndsEmptyAtItsDeadline() {
        node.topic("orders", 1);
        long before = System.nanoTime();
        assertEquals(List.of(), node.receive(query("orders", "billing", 1, Duration.ofMillis(400))));
        assertTrue(System.nanoTime() - before >= Duration.ofMillis(400).toNanos());
    }

    @Test
    void whatACancelledPollWasGrantedGoesToTheNextAsAFirstAttempt() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        MessageExchange.Poll poll = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
        poll.cancel();
        node.send("orders", "m");
        List<Delivery> got = node.receive("orders", "billing", 1);
        assertEquals(List.of("m"), ids(got));
        assertEquals(1, got.get(0).attempt());
        assertEquals(List.of(), NodeBed.done(await(poll.deliveries())));
    }

    @Test
    void whatCouldNotBeWrittenToTheClientCountsAsAnAttempt() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        node.send("orders", "m");
        MessageExchange.Poll poll = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
        List<Delivery> got = NodeBed.done(await(poll.deliveries()));
        poll.giveBack(got);
        Delivery again = node.receive("orders", "billing", 1).get(0);
        assertEquals(2, again.attempt());
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(node.tryAck("orders", "billing", got.get(0).receiptHandle()))
                        .code());
        node.ack("orders", "billing", List.of(again));
    }

    @Test
    void aMessageComesAgainWhenItsLeaseEndsOrIsChanged() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        node.send("orders", "m");
        MessageExchange.ReceiveQuery shortLease =
                leased(query("orders", "billing", 1, Duration.ofSeconds(20)), Duration.ofMillis(200), false, "client");
        assertEquals(1, node.receive(shortLease).get(0).attempt());
        Delivery second = node.receive("orders", "billing", 1).get(0);
        assertEquals(2, second.attempt());
        String handle = node.change("orders", "billing", second, Duration.ofMillis(1), true);
        assertNotEquals(second.receiptHandle(), handle);
        assertEquals(3, node.receive("orders", "billing", 1).get(0).attempt());
    }

    @Test
    void tagsAreFilteredOverABacklogLargerThanTheCache() {
        node.close();
        node = NodeBed.start(folder, "escrow.cluster.queue.cache-bytes-max = 16k");
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        List<CompletionStage<?>> sent = new ArrayList<>();
        for (int batch = 0; batch < 100; batch++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 30; i++) messages.add(message("m" + batch + "-" + i, i == 7 ? "red" : "blue", 100));
            sent.add(node.sendLater("orders", messages));
        }
        sent.forEach(NodeBed::await);
        MessageExchange.ReceiveQuery red =
                filtered(query("orders", "billing", 32, Duration.ofSeconds(20)), TagFilter.parse("red || green"));
        Set<String> got = new HashSet<>();
        while (got.size() < 100) {
            List<Delivery> deliveries = node.receive(red);
            assertFalse(deliveries.isEmpty());
            deliveries.forEach(
                    delivery -> assertEquals("red", delivery.message().tag()));
            got.addAll(ids(deliveries));
            node.ack("orders", "billing", deliveries);
        }
        assertEquals(List.of(), node.receiveNow("orders", "billing", 32), "the blue ones are passed for good");
    }

    @Test
    void whatAnSqlFilterDoesNotWantIsPassedForGoodAlsoAfterARestart() throws FilterSyntaxException {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 600; i++) messages.add(priced("m" + i, i));
        NodeBed.await(node.sendLater("orders", messages));
        MessageFilter dear = new PropertyFilter(SqlFilter.parse("price >= 590 OR absent > 1"));
        List<Delivery> deliveries =
                node.receive(filtered(query("orders", "billing", 32, Duration.ofSeconds(20)), dear));
        assertEquals(IntStream.range(590, 600).mapToObj(i -> "m" + i).toList(), ids(deliveries));
        node.ack("orders", "billing", deliveries);
        node.restart();
        assertEquals(List.of(), node.receiveNow("orders", "billing", 32));
    }

    @Test
    void aLongBacklogIsReadFromTheStoreInOrder() {
        node.close();
        node = NodeBed.start(folder, "escrow.cluster.queue.cache-bytes-max = 16k");
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        // Sends that nobody waited for may meet the queue in another order while its actor is being started.
        node.send("orders", "first");
        List<CompletionStage<?>> sent = new ArrayList<>();
        List<String> expected = new ArrayList<>(List.of("first"));
        for (int batch = 0; batch < 1_000; batch++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 20; i++) messages.add(message("m" + batch + "-" + i, null, 20));
            messages.forEach(message -> expected.add(message.id()));
            sent.add(node.sendLater("orders", messages));
        }
        sent.forEach(NodeBed::await);
        assertEquals(expected, node.drain("orders", "billing", expected.size()));
    }

    @Test
    void bodiesOfFourMebibytesGoThroughWithSmallOnesInTheSameBatch() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        List<Message> mixed = new ArrayList<>();
        for (int i = 0; i < 10; i++) mixed.add(message("small" + i, null, 10));
        mixed.add(message("large", null, 4 << 20));
        mixed.add(message("last", null, 10));
        node.send("orders", mixed);
        node.restart();
        List<Delivery> got = new ArrayList<>();
        while (got.size() < 12) got.addAll(node.receive("orders", "billing", 12 - got.size()));
        assertEquals(mixed.stream().map(Message::id).toList(), ids(got));
        assertEquals(mixed.get(10).body(), got.get(10).message().body());
    }

    @Test
    void aPausedGroupIsRefusedUntilItIsResumed() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        CompletionStage<Outcome<List<Delivery>>> waiting = node.receiveLater(
                        query("orders", "billing", 1, Duration.ofSeconds(25)))
                .deliveries();
        assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
        await(node.broker().catalogue().pauseGroup(GroupName.of("billing"), true));
        assertEquals(RefusalCode.FORBIDDEN, refused(await(waiting)).code());
        assertEquals(
                RefusalCode.FORBIDDEN,
                refused(await(node.receiveLater(query("orders", "billing", 1, Duration.ZERO))
                                .deliveries()))
                        .code());
        await(node.broker().catalogue().pauseGroup(GroupName.of("billing"), false));
        node.send("orders", "m");
        assertEquals(List.of("m"), node.drain("orders", "billing", 1));
    }

    @Test
    void aSendToNowhereOrOfTheWrongKindIsRefused() {
        node.topic("orders", 1);
        assertEquals(
                RefusalCode.TOPIC_NOT_FOUND,
                refused(await(node.sendLater("nowhere", List.of(message("m", null, 0))))
                                .get(0))
                        .code());
        await(node.broker()
                .catalogue()
                .updateTopic(new TopicSpec(
                        TopicName.of("orders"), TopicType.NORMAL, 1, Permission.READ, Duration.ofDays(1))));
        assertEquals(
                RefusalCode.FORBIDDEN,
                refused(await(node.sendLater("orders", List.of(message("m", null, 0))))
                                .get(0))
                        .code());
    }

    @Test
    void operatorsFindMessagesByKeyAndIdWithoutConsumingThem() {
        node.topic("orders", 2);
        node.group("billing", StartPosition.FIRST);
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 40; i++) messages.add(message("m" + i, null, List.of("k", "k" + i), new byte[] {1}));
        node.send("orders", messages);
        node.send("orders", List.of(message("plain", null, 0)));
        TopicName orders = TopicName.of("orders");
        var inspection = node.broker().inspection();

        var newest = NodeBed.done(await(inspection.findByKey(orders, "k", 5)));
        assertEquals(5, newest.size());
        var one = NodeBed.done(await(inspection.findByKey(orders, "k7", 5)));
        assertEquals(
                List.of("m7"), one.stream().map(found -> found.message().id()).toList());
        assertEquals(1, NodeBed.done(await(inspection.findById(orders, "m31"))).size());
        assertEquals(
                1, NodeBed.done(await(inspection.findById(orders, "plain"))).size());
        assertEquals(
                0, NodeBed.done(await(inspection.findById(orders, "absent"))).size());
        assertEquals(
                41L,
                figures("orders").stream()
                        .mapToLong(queue -> queue.next().value())
                        .sum());
        assertEquals(41, node.drain("orders", "billing", 41).size());
        assertInstanceOf(Outcome.Refused.class, await(inspection.peek(orders, 9, org.escrowmq.model.Offset.FIRST, 1)));
    }

    @Test
    void trafficIsCounted() {
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        node.sendAll("orders", "message", 5);
        node.drain("orders", "billing", 5);
        var out = node.broker().traffic().out(TopicName.of("orders"), GroupName.of("billing"));
        assertEquals(5, out.messages());
        assertEquals(40, out.bytes());
    }

    @Test
    void theTailIsReadWhileItIsWrittenAlsoWithoutMemoryForIt() {
        node.close();
        node = NodeBed.start(
                folder, "escrow.cluster.queue.cache-bytes-max = 1", "escrow.cluster.queue.batch-operations-max = 1");
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        for (int round = 0; round < 60; round++) {
            List<CompletionStage<List<Outcome<MessageExchange.SendReceipt>>>> sent = new ArrayList<>();
            for (int batch = 0; batch < 4; batch++) {
                List<Message> messages = new ArrayList<>();
                for (int i = 0; i < 10; i++) messages.add(message(round + "-" + batch + "-" + i, null, 100));
                sent.add(node.sendLater("orders", messages));
            }
            assertEquals(40, node.drain("orders", "billing", 40).size());
            sent.forEach(answer -> await(answer).forEach(NodeBed::done));
        }
    }
}
