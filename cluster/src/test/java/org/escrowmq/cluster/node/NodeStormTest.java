package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.PersistenceId;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Senders, consumers and a saboteur at once: queues lose their journal to a foreign claim again and again. Afterwards what was
 * answered must be true: what a send was told is stored once at its offset; what an acknowledgement was told never comes back.
 */
class NodeStormTest {
    private static final int SENDERS = 8;
    private static final int MESSAGES_A_SENDER = 150;
    private static final int QUEUES = 3;
    private static final int POLLERS = 4;

    /** A place in the topic. */
    private record Place(int queue, long offset) {}

    @TempDir
    Path folder;

    private final Map<Place, String> stored = new ConcurrentHashMap<>();
    private final Map<Place, String> delivered = new ConcurrentHashMap<>();
    private final Set<Place> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<String> faults = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger sending = new AtomicInteger(SENDERS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatWasAnsweredIsTrue(long seed) {
        try (NodeBed node = NodeBed.start(folder, "escrow.cluster.queue.snapshot-every-events = 50")) {
            TopicDescription topic = node.topic("orders", QUEUES);
            node.group("billing", StartPosition.FIRST);
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                int number = sender;
                workers.add(start("sender", () -> send(node, number)));
            }
            for (int poller = 0; poller < POLLERS; poller++) {
                Random random = new Random(seed * 31 + poller);
                workers.add(start("poller", () -> consume(node, random)));
            }
            workers.add(start("saboteur", () -> sabotage(node, topic, new Random(seed))));
            workers.forEach(worker -> NodeBed.await(worker, Duration.ofSeconds(120)));
            check(node, seed);
        }
    }

    private static CompletableFuture<Void> start(String name, Runnable work) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        ended.complete(null);
                    } catch (RuntimeException | AssertionError failure) {
                        ended.completeExceptionally(failure);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    /** Sends each message until it is told that it is stored, always with the same id. */
    private void send(NodeBed node, int sender) {
        for (int i = 0; i < MESSAGES_A_SENDER; i++) {
            String id = "s" + sender + "-" + i;
            Outcome<SendReceipt> outcome;
            do {
                outcome = await(node.sendLater("orders", List.of(message(id, null, 0)))).get(0);
            } while (!settled(outcome));
            SendReceipt receipt = NodeBed.done(outcome);
            Place place = new Place(receipt.queue(), receipt.offset().value());
            String other = stored.put(place, id);
            if (other != null) faults.add(id + " and " + other + " were both told " + place);
        }
        sending.decrementAndGet();
    }

    /** False where the answer says to try again; any other refusal is a failure. */
    private static boolean settled(Outcome<?> outcome) {
        return outcome.fold(done -> true, refusal -> {
            boolean again = List.of(RefusalCode.TIMEOUT, RefusalCode.UNAVAILABLE, RefusalCode.TOO_MANY_REQUESTS)
                    .contains(refusal.code());
            if (!again) throw new AssertionError("refused: " + refusal);
            return false;
        });
    }

    private void consume(NodeBed node, Random random) {
        int emptyInARow = 0;
        while (sending.get() > 0 || emptyInARow < 4) {
            var query = leased(
                    query("orders", "billing", 1 + random.nextInt(16), Duration.ofMillis(700)),
                    Duration.ofSeconds(2),
                    false,
                    "client");
            Outcome<List<Delivery>> outcome =
                    await(node.receiveLater(query).deliveries());
            List<Delivery> got = settled(outcome) ? NodeBed.done(outcome) : List.of();
            emptyInARow = got.isEmpty() ? emptyInARow + 1 : 0;
            for (Delivery delivery : got) handle(node, delivery, random);
        }
    }

    private void handle(NodeBed node, Delivery delivery, Random random) {
        Place place = new Place(delivery.queue(), delivery.offset().value());
        String id = delivery.message().id();
        if (acknowledged.contains(place)) faults.add(place + " was delivered after its acknowledgement");
        String before = delivered.put(place, id);
        if (before != null && !before.equals(id)) faults.add(place + " was " + before + " and then " + id);
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 ->
                await(node.broker()
                        .exchange()
                        .changeInvisibleDuration(
                                TopicName.of("orders"),
                                GroupName.of("billing"),
                                delivery.receiptHandle(),
                                Duration.ofMillis(random.nextInt(50)),
                                true));
            default -> {
                if (node.tryAck("orders", "billing", delivery.receiptHandle()) instanceof Outcome.Done) {
                    acknowledged.add(place);
                }
            }
        }
    }

    private void sabotage(NodeBed node, TopicDescription topic, Random random) {
        while (sending.get() > 0) {
            QueueId queue = new QueueId(topic.id(), random.nextInt(QUEUES));
            await(node.broker().journal().claim(new PersistenceId(queue.persistenceId())));
            int sentBefore = stored.size();
            // The next blow falls when the senders have got on, so that they do get on.
            NodeBed.eventually(() -> assertTrue(sending.get() == 0 || stored.size() >= sentBefore + 40));
        }
    }

    private void check(NodeBed node, long seed) {
        String where = "seed " + seed;
        while (!acknowledged.containsAll(stored.keySet())) {
            List<Delivery> got = node.receive("orders", "billing", 32);
            assertTrue(!got.isEmpty(), where + ": stored messages do not come: " + missing());
            got.forEach(delivery -> handleLast(node, delivery));
        }
        assertEquals(List.of(), faults, where);
        stored.forEach((place, id) -> assertEquals(id, delivered.get(place), where + " at " + place));
        Set<String> sent = new HashSet<>(stored.values());
        assertEquals(SENDERS * MESSAGES_A_SENDER, sent.size(), where);
        assertTrue(sent.containsAll(delivered.values()), where + ": something came that nobody sent");
        node.restart();
        for (Delivery late : node.receiveNow("orders", "billing", 32)) {
            assertTrue(!acknowledged.contains(new Place(late.queue(), late.offset().value())), where + ": " + late);
        }
    }

    private void handleLast(NodeBed node, Delivery delivery) {
        Place place = new Place(delivery.queue(), delivery.offset().value());
        if (acknowledged.contains(place)) faults.add(place + " was delivered after its acknowledgement");
        delivered.put(place, delivery.message().id());
        node.ack("orders", "billing", List.of(delivery));
        acknowledged.add(place);
    }

    private Set<Place> missing() {
        Set<Place> missing = new HashSet<>(stored.keySet());
        missing.removeAll(acknowledged);
        return missing;
    }
}
