package org.escrowmq.cluster.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordered group is moved while its messages are in flight, blocked or of a named receive, and while a receive waits. */
class FifoResetTest {
    private static final Place PLACE = new Place(TopicName.of("orders"), 0);
    private static final GroupName GROUP = GroupName.of("billing");
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private NodeBed node;

    @BeforeEach
    void start() {
        node = NodeBed.start(folder);
        done(await(node.broker()
                .catalogue()
                .createTopic(
                        new TopicSpec(PLACE.topic(), TopicType.FIFO, 1, Permission.READ_WRITE, Duration.ofDays(3)))));
        done(await(node.broker()
                .catalogue()
                .createGroup(new GroupSpec(
                        GROUP,
                        true,
                        GroupSpec.DEFAULT_MAX_ATTEMPTS,
                        GroupSpec.StartPosition.FIRST,
                        RetryPolicy.standard()))));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** Sends one message after another; the first letter of an id is its message group. */
    private void send(String... ids) {
        for (String id : ids) {
            node.send(
                    "orders",
                    List.of(new Message(
                            id,
                            MessageType.FIFO,
                            null,
                            List.of(),
                            Map.of(),
                            BodyEncoding.IDENTITY,
                            ByteBuffer.wrap(id.getBytes(UTF_8)),
                            1,
                            "test",
                            id.substring(0, 1),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null)));
        }
    }

    private static MessageExchange.ReceiveQuery query(int max, Duration poll, String attempt) {
        return new MessageExchange.ReceiveQuery(
                GROUP, PLACE.topic(), 0, TagFilter.ALL, max, Duration.ofSeconds(30), false, poll, "client", attempt);
    }

    private List<Delivery> receive(int max, String attempt) {
        return node.receive(query(max, SHORT, attempt));
    }

    private void move(long to) {
        done(await(node.broker().streams().moveTo(PLACE, GROUP, new Offset(to))));
    }

    private RefusalCode ackRefused(Delivery delivery) {
        return refused(node.tryAck("orders", "billing", delivery.receiptHandle()))
                .code();
    }

    private static void attemptsAre(int attempt, List<Delivery> deliveries) {
        deliveries.forEach(delivery ->
                assertEquals(attempt, delivery.attempt(), delivery.message().id()));
    }

    @Test
    void aMoveOverWhatHoldsOthersUpFreesThemForTheReceiveThatWaits() {
        send("a0", "a1", "b0");
        List<Delivery> a0 = receive(1, "");
        List<Delivery> b0 = receive(1, "");
        assertEquals(List.of("a0", "b0"), ids(List.of(a0.get(0), b0.get(0))));
        var waiting = node.receiveLater(query(5, LONG, ""));
        assertEquals(List.of(), ids(receive(5, "")), "a1 is behind a0");
        assertFalse(waiting.deliveries().toCompletableFuture().isDone());
        move(1);
        List<Delivery> freed = done(await(waiting.deliveries()));
        assertEquals(List.of("a1", "b0"), ids(freed));
        attemptsAre(1, freed);
        assertEquals(RefusalCode.INVALID_RECEIPT_HANDLE, ackRefused(b0.get(0)), "it is another delivery's now");
        assertTrue(done(node.tryAck("orders", "billing", a0.get(0).receiptHandle())), "it is passed");
        node.ack("orders", "billing", freed);
        assertEquals(List.of(), ids(receive(5, "")));
    }

    @Test
    void aMoveBackMakesOfANamedReceiveANewOne() {
        send("a0", "a1", "b0");
        List<Delivery> first = receive(2, "r1");
        List<Delivery> same = receive(2, "r1");
        assertEquals(ids(first), ids(same));
        attemptsAre(1, same);
        move(0);
        List<Delivery> anew = receive(3, "r1");
        assertEquals(List.of("a0", "a1", "b0"), ids(anew), "as for a receive that never came");
        attemptsAre(1, anew);
        for (Delivery old : same) assertEquals(RefusalCode.INVALID_RECEIPT_HANDLE, ackRefused(old));
        List<Delivery> again = receive(3, "r1");
        assertEquals(ids(anew), ids(again), "it has its name again");
        assertNotEquals(anew.get(0).receiptHandle(), again.get(0).receiptHandle());
        assertEquals(List.of(), ids(receive(3, "r2")), "they are held");
        node.ack("orders", "billing", again);
    }

    @Test
    void aMoveWithMessagesInFlightHoldsOverARestart() {
        send("a0", "a1", "a2", "b0");
        List<Delivery> held = receive(2, "r1");
        assertEquals(List.of("a0", "a1"), ids(held));
        assertEquals(List.of("b0"), ids(receive(5, "")));
        move(1);
        node.restart();
        List<Delivery> after = receive(5, "r1");
        assertEquals(List.of("a1", "a2", "b0"), ids(after));
        attemptsAre(1, after);
        assertEquals(RefusalCode.INVALID_RECEIPT_HANDLE, ackRefused(held.get(1)));
        node.restart();
        node.ack("orders", "billing", after);
        assertEquals(List.of(), ids(receive(5, "")));
        assertEquals(
                4, done(await(node.broker().streams().progress(PLACE, GROUP))).value());
    }

    /** Consumers receive and acknowledge all the time; whatever they held at a move, the last move gives everything, in order. */
    @Test
    void movesUnderConsumersLoseNothingAndKeepTheOrder() {
        int messages = 60;
        for (int i = 0; i < messages; i++) send("abcdef".charAt(i % 6) + "-" + String.format("%03d", i));
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> consumers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int i = 0; i < 3; i++) consumers.add(CompletableFuture.runAsync(() -> consumeUntil(stop), threads));
        Random random = new Random(17);
        for (int i = 0; i < 40; i++) {
            move(random.nextInt(messages + 1));
            receive(1, "named" + i % 3);
        }
        stop.set(true);
        consumers.forEach(NodeBed::await);
        threads.shutdown();
        move(0);
        List<String> ids = node.drain("orders", "billing", messages);
        assertEquals(messages, ids.stream().distinct().count());
        for (String group : "abcdef".split("")) {
            List<String> own = ids.stream().filter(id -> id.startsWith(group)).toList();
            assertEquals(own.stream().sorted().toList(), own);
        }
        assertEquals(List.of(), ids(receive(5, "")));
    }

    private void consumeUntil(AtomicBoolean stop) {
        while (!stop.get()) {
            for (Delivery delivery : node.receive(query(4, Duration.ofMillis(50), "")))
                node.tryAck("orders", "billing", delivery.receiptHandle());
        }
    }
}
