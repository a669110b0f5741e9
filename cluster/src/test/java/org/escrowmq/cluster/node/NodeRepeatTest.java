package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node whose clients send messages again. */
class NodeRepeatTest {
    private static final TopicName ORDERS = TopicName.of("orders");

    @TempDir
    Path folder;

    private static List<Message> messages(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> message("m" + i, null, 100))
                .toList();
    }

    private static List<Long> offsets(List<SendReceipt> receipts) {
        return receipts.stream()
                .map(receipt -> Objects.requireNonNull(receipt.offset()).value())
                .toList();
    }

    private static long stored(NodeBed node) {
        return NodeBed.done(await(node.broker().inspection().describe(ORDERS))).stream()
                .mapToLong(queue -> queue.next().value())
                .sum();
    }

    private static long repeated(NodeBed node) {
        return node.broker().traffic().repeated(ORDERS, MessageType.NORMAL).messages();
    }

    @Test
    void aRetryHasTheFirstAnswerAlsoAfterARestart() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 4);
            node.group("billing", StartPosition.FIRST);
            List<SendReceipt> first = node.send("orders", messages(0, 40));
            assertEquals(first, node.send("orders", messages(0, 40)));
            assertEquals(first.get(7), node.send("orders", "m7"));
            assertEquals(41, repeated(node));
            assertEquals(
                    40, node.broker().traffic().in(ORDERS, MessageType.NORMAL).messages());

            node.restart();

            assertEquals(first.get(8), node.send("orders", "m8"), "read from the store: memory is empty");
            List<SendReceipt> more = node.send("orders", messages(20, 40));
            assertEquals(first.subList(20, 40), more.subList(0, 20));
            assertEquals(60, stored(node));
            assertEquals(21, repeated(node));
            assertEquals(60, node.drain("orders", "billing", 60).size());
            assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
            assertEquals(first.get(9), node.send("orders", "m9"), "consumed, and still stored");
        }
    }

    @Test
    void copiesThatRaceAreAnsweredAlike() {
        try (NodeBed node = NodeBed.start(
                folder, "escrow.cluster.queue.cache-bytes-max = 1", "escrow.cluster.queue.batch-operations-max = 3")) {
            node.topic("orders", 1);
            for (int round = 0; round < 20; round++) {
                List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
                for (int copy = 0; copy < 10; copy++) sent.add(node.sendLater("orders", messages(round * 5, 5)));
                for (CompletionStage<List<Outcome<SendReceipt>>> answer : sent) {
                    List<SendReceipt> receipts =
                            await(answer).stream().map(NodeBed::done).toList();
                    List<Long> expected = IntStream.range(round * 5, round * 5 + 5)
                            .mapToObj(Long::valueOf)
                            .toList();
                    assertEquals(expected, offsets(receipts));
                }
            }
            assertEquals(100, stored(node));
            assertEquals(900, repeated(node));
            node.restart();
            List<CompletionStage<List<Outcome<SendReceipt>>>> again = new ArrayList<>();
            for (int i = 0; i < 100; i++) again.add(node.sendLater("orders", messages(i, 1)));
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        (long) i,
                        NodeBed.done(await(again.get(i)).get(0)).offset().value());
            }
            assertEquals(100, stored(node));
        }
    }

    @Test
    void theOldestIdsAreForgottenFirstAlsoInASnapshot() {
        try (NodeBed node = NodeBed.start(
                folder,
                "escrow.cluster.queue.duplicate-ids-max = 10",
                "escrow.cluster.queue.snapshot-every-events = 3")) {
            node.topic("orders", 1);
            for (int i = 0; i < 20; i++) node.send("orders", "m" + i);
            node.restart();
            assertEquals(List.of(10L), offsets(List.of(node.send("orders", "m10"))));
            assertEquals(List.of(20L), offsets(List.of(node.send("orders", "m9"))));
            assertEquals(List.of(21L), offsets(List.of(node.send("orders", "m10"))), "pushed out by the one before");
        }
    }

    @Test
    void aTopicMayStoreDuplicates() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 1);
            node.send("orders", "m");
            switchTo(node, false);
            node.restart();
            assertEquals(List.of(1L), offsets(List.of(node.send("orders", "m"))));
            assertNotEquals(node.send("orders", "m"), node.send("orders", "m"));
            switchTo(node, true);
            assertEquals(List.of(3L), offsets(List.of(node.send("orders", "m"))), "the newest copy");
            assertEquals(4, stored(node));
        }
    }

    private static void switchTo(NodeBed node, boolean dropsDuplicates) {
        TopicSpec spec =
                new TopicSpec(ORDERS, TopicType.NORMAL, 1, Permission.READ_WRITE, Duration.ofDays(3), dropsDuplicates);
        assertEquals(
                dropsDuplicates,
                NodeBed.done(await(node.broker().catalogue().updateTopic(spec))).dropsDuplicates());
    }
}
