package org.escrowmq.cluster.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.DelayTraffic.Happening;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with messages that wait for their time. */
class NodeDelayTest {
    private static final TopicName REMINDERS = TopicName.of("reminders");
    private static final long LONG = 3_600_000;

    @TempDir
    Path folder;

    private static Message due(String id, long epochMillis) {
        return new Message(
                id,
                MessageType.DELAY,
                null,
                List.of("k-" + id),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap(id.getBytes(UTF_8)),
                1,
                "test",
                null,
                epochMillis,
                null,
                null,
                null,
                null,
                null);
    }

    private static NodeBed start(Path folder) {
        NodeBed node = NodeBed.start(folder);
        for (TopicName name : List.of(REMINDERS, TopicName.of("others"))) {
            done(await(node.broker()
                    .catalogue()
                    .createTopic(new TopicSpec(name, TopicType.DELAY, 4, Permission.READ_WRITE, Duration.ofDays(3)))));
        }
        node.group("billing", StartPosition.FIRST);
        return node;
    }

    private static SendReceipt send(NodeBed node, Message message) {
        return node.send("reminders", List.of(message)).get(0);
    }

    private static Outcome<String> recall(NodeBed node, String handle) {
        return await(node.broker().exchange().recall(REMINDERS, "client", handle));
    }

    private static String handle(SendReceipt receipt) {
        return Objects.requireNonNull(receipt.recallHandle());
    }

    @Test
    void messagesComeWhenTheirTimeHasComeAlsoWhileNobodyWasThere() {
        try (NodeBed node = start(folder)) {
            long soon = System.currentTimeMillis() + 400;
            for (int i = 0; i < 20; i++)
                assertNull(send(node, due("a" + i, soon)).offset());
            for (int i = 0; i < 20; i++) send(node, due("b" + i, System.currentTimeMillis() + LONG));
            List<String> first = node.drain("reminders", "billing", 20);
            assertTrue(System.currentTimeMillis() >= soon, "early");
            assertTrue(first.stream().allMatch(id -> id.startsWith("a")), first::toString);
            long down = System.currentTimeMillis() + 300;
            for (int i = 0; i < 20; i++) send(node, due("c" + i, down));
            node.restart();
            List<String> second = node.drain("reminders", "billing", 20);
            assertTrue(System.currentTimeMillis() >= down, "early");
            assertTrue(second.stream().allMatch(id -> id.startsWith("c")), second::toString);
            assertEquals(
                    20, done(await(node.broker().delays().histogram(REMINDERS))).waiting());
            assertEquals(List.of(), node.receiveNow("reminders", "billing", 1));
        }
    }

    @Test
    void aRepeatedSendMeetsTheFirstCopyWhereverThatIs() {
        try (NodeBed node = start(folder)) {
            long far = System.currentTimeMillis() + LONG;
            SendReceipt waits = send(node, due("waits", far));
            assertEquals(waits, send(node, due("waits", far)));
            node.restart();
            assertEquals(waits, send(node, due("waits", far)));

            long soon = System.currentTimeMillis() + 700;
            SendReceipt recalled = send(node, due("recalled", soon));
            assertEquals("recalled", done(recall(node, handle(recalled))));
            SendReceipt delivered = send(node, due("delivered", soon));
            assertEquals(List.of("delivered"), node.drain("reminders", "billing", 1));
            assertEquals(recalled, send(node, due("recalled", soon)), "after its time");
            assertNotNull(send(node, due("delivered", soon)).offset());
            assertEquals(List.of(), node.receiveNow("reminders", "billing", 1), "neither comes");
            assertEquals(
                    RefusalCode.NOT_FOUND,
                    refused(recall(node, handle(delivered))).code());
        }
    }

    @Test
    void aRecallTellsTheTruth() {
        try (NodeBed node = start(folder)) {
            String waits = handle(send(node, due("a", System.currentTimeMillis() + LONG)));
            assertEquals("a", done(recall(node, waits)));
            assertEquals("a", done(recall(node, waits)), "again");
            node.restart();
            assertEquals("a", done(recall(node, waits)), "after a restart");

            String late = handle(send(node, due("b", System.currentTimeMillis() + 100)));
            node.drain("reminders", "billing", 1);
            assertTrue(refused(recall(node, late)).text().startsWith("ALREADY_DELIVERED"));
            String past = handle(send(node, due("c", System.currentTimeMillis() - LONG * 1_000)));
            assertTrue(refused(recall(node, past)).text().startsWith("ALREADY_DELIVERED"));
            String never = waits.replaceFirst("-[0-9a-f]+-([0-9a-f]+)$", "-fffff-$1");
            assertTrue(refused(recall(node, never)).text().startsWith("NOT_FOUND"));
            assertEquals(
                    RefusalCode.INVALID_ARGUMENT,
                    refused(recall(node, "garbage")).code());
            Outcome<String> other = await(node.broker().exchange().recall(TopicName.of("others"), "client", waits));
            assertEquals(RefusalCode.INVALID_ARGUMENT, refused(other).code());
            assertEquals(1, node.broker().traffic().delays().of(REMINDERS).of(Happening.RECALLED), "since the restart");
        }
    }

    @Test
    void anOperatorSeesAndMovesWhatWaits() {
        try (NodeBed node = start(folder)) {
            long base = System.currentTimeMillis() + LONG;
            for (int i = 0; i < 50; i++) send(node, due("m" + i, base + i * 60_000L));
            DelayDesk desk = node.broker().delays();
            List<String> seen = new ArrayList<>();
            DelayDesk.Place place = DelayDesk.Place.FIRST;
            while (place != null) {
                DelayDesk.Page page =
                        done(await(desk.list(new DelayDesk.Query(REMINDERS, base, base + 600_000, null, place, 3))));
                page.entries().forEach(entry -> seen.add(entry.message().messageId()));
                place = page.next();
            }
            assertEquals(10, seen.size());
            String id = done(await(desk.ofMessage(REMINDERS, "m7"))).get(0);
            assertEquals(DelayDesk.Standing.WAITING, done(await(desk.show(id))).standing());
            assertTrue(done(await(desk.act(id, new DelayDesk.Action.Fire(), "ops"))));
            assertEquals(List.of("m7"), node.drain("reminders", "billing", 1));
            assertEquals(
                    DelayDesk.Standing.DELIVERED, done(await(desk.show(id))).standing());
            String other = done(await(desk.list(
                            new DelayDesk.Query(REMINDERS, 0, Long.MAX_VALUE, "k-m8", DelayDesk.Place.FIRST, 10))))
                    .entries()
                    .get(0)
                    .id();
            assertTrue(done(await(desk.act(other, new DelayDesk.Action.Cancel(), "ops"))));
            assertEquals(
                    DelayDesk.Standing.RECALLED, done(await(desk.show(other))).standing());
            assertEquals(48, done(await(desk.histogram(REMINDERS))).waiting());
        }
    }
}
