package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.QueueInspection.QueueFigures;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.cluster.QueueStreams.Purge;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Giving up stored messages, on a whole node with a real journal. */
class PurgeTest {
    private static final TopicName ORDERS = TopicName.of("orders");
    private static final Place PLACE = new Place(ORDERS, 0);

    @TempDir
    Path folder;

    private NodeBed node;
    private PersistenceId id;

    @BeforeEach
    void start() {
        node = NodeBed.start(folder);
        TopicDescription topic = node.topic("orders", 1);
        id = new PersistenceId(new QueueId(topic.id(), 0).persistenceId());
        node.group("billing", StartPosition.FIRST);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Purge purge(Position upTo, boolean dryRun) {
        return done(await(node.broker().streams().purge(PLACE, upTo, dryRun)));
    }

    private QueueFigures figures() {
        return done(await(node.broker().inspection().describe(ORDERS))).get(0);
    }

    private List<TableReader.Row> rows() {
        return node.broker().journal().tables().scan(id, new Table(16, "offsets"), new byte[8], 10_000);
    }

    private List<Journal.Recorded> oldestEntries() {
        return await(node.broker().journal().history(id, new SequenceNumber(1), 1, 1 << 20));
    }

    private void gone(long entriesUpTo, int rowsLeft) {
        eventually(() -> {
            List<Journal.Recorded> oldest = oldestEntries();
            assertTrue(oldest.isEmpty() || oldest.get(0).number().value() > entriesUpTo, "the journal is not trimmed");
            assertEquals(rowsLeft, rows().size());
        });
    }

    @Test
    void aDryRunTellsWhatAPurgeThenDoes() {
        node.sendAll("orders", "m", 50);
        long bytes = figures().storedBytes();
        assertTrue(bytes > 0);
        Purge all = new Purge(Offset.FIRST, new Offset(50), 50, bytes);
        assertEquals(all, purge(Position.LATEST, true));
        assertEquals(Offset.FIRST, figures().first());
        assertEquals(all, purge(Position.LATEST, false));
        assertEquals(new Offset(50), figures().first());
        assertEquals(0, figures().storedBytes());
        assertEquals(new Purge(new Offset(50), new Offset(50), 0, 0), purge(Position.LATEST, false));
        node.sendAll("orders", "new", 3);
        assertEquals(List.of("new0", "new1", "new2"), node.drain("orders", "billing", 3));
    }

    @Test
    void whatWasPurgedStaysAwayOverARestartAndItsSpaceIsFree() {
        node.sendAll("orders", "m", 50);
        node.ack("orders", "billing", node.receive("orders", "billing", 5));
        long last = rows().size();
        purge(Position.LATEST, false);
        node.restart();
        assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
        assertEquals(new Offset(50), figures().groups().get(0).progress());
        assertEquals(0, figures().groups().get(0).lag());
        assertEquals(0, figures().storedBytes());
        gone(last, 0);
        node.send("orders", "new");
        assertEquals(List.of("new"), node.drain("orders", "billing", 1));
        node.restart();
        assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
        assertEquals(new Offset(50), figures().first());
        assertEquals(1, rows().size());
    }

    /** More batches than one step takes; the restart comes before the rows are cleared, and nobody uses the queue after it. */
    @Test
    void aPurgeOfManyBatchesIsFinishedAfterARestart() {
        for (int i = 0; i < 700; i++) node.send("orders", "m" + i);
        assertEquals(700, rows().size());
        assertEquals(700, purge(Position.LATEST, false).messages());
        node.restart();
        gone(700, 0);
        eventually(() -> assertEquals(
                List.of(), node.broker().journal().tables().wakesUntil(Long.MAX_VALUE, 10), "it is woken for nothing"));
    }

    @Test
    void onlyWhatIsOlderGoes() {
        for (int i = 0; i < 30; i++) node.send("orders", "m" + i);
        List<StoredMessage> stored = done(await(node.broker().inspection().peek(ORDERS, 0, Offset.FIRST, 32)));
        StoredMessage bound = stored.get(20);
        long first = stored.stream()
                .filter(message -> message.storedEpochMillis() >= bound.storedEpochMillis())
                .findFirst()
                .orElseThrow()
                .offset()
                .value();
        Purge purged = purge(Position.at(bound.storedEpochMillis()), false);
        assertEquals(first, purged.to().value());
        assertEquals(first, purged.messages());
        assertEquals(
                30 - first, node.drain("orders", "billing", (int) (30 - first)).size());
        assertEquals(0, purge(Position.at(0), false).messages());
        assertEquals(0, purge(Position.FIRST, false).messages());
        gone(first, (int) (30 - first));
    }

    @Test
    void consumersThatHoldWaitOrPullGoOn() {
        node.sendAll("orders", "m", 10);
        Delivery held = node.receive("orders", "billing", 1).get(0);
        node.ack("orders", "billing", node.receive("orders", "billing", 9));
        var waiting = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(20)));
        purge(Position.LATEST, false);
        assertTrue(done(node.tryAck("orders", "billing", held.receiptHandle())), "nobody is told off");
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(await(node.broker()
                                .exchange()
                                .changeInvisibleDuration(
                                        ORDERS,
                                        org.escrowmq.model.GroupName.of("billing"),
                                        held.receiptHandle(),
                                        Duration.ofSeconds(1),
                                        true)))
                        .code());
        node.send("orders", "new");
        assertEquals(List.of("new"), ids(done(await(waiting.deliveries()))));
    }

    /** Under sends every message is purged or received, none is both lost and untold. */
    @Test
    void sendsGoOnMeanwhile() {
        List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
        node.send("orders", "m0");
        long purged = 0;
        for (int i = 1; i < 2_000; i++) {
            sent.add(node.sendLater("orders", List.of(message("m" + i, null, 0))));
            if (i % 100 == 0) purged += purge(Position.LATEST, false).messages();
        }
        for (CompletionStage<List<Outcome<SendReceipt>>> one : sent) await(one).forEach(NodeBed::done);
        assertEquals(2_000, figures().next().value());
        assertEquals(purged, figures().first().value());
        int left = (int) (2_000 - purged);
        if (left > 0) assertEquals(left, node.drain("orders", "billing", left).size());
        assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
        node.restart();
        assertEquals(purged, figures().first().value());
        assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
    }

    @Test
    void placesThatAreNoneAreRefused() {
        assertEquals(
                RefusalCode.INVALID_ARGUMENT,
                refused(await(node.broker().streams().purge(new Place(ORDERS, 1), Position.LATEST, true)))
                        .code());
        assertEquals(
                RefusalCode.TOPIC_NOT_FOUND,
                refused(await(node.broker().streams().purge(new Place(TopicName.of("none"), 0), Position.LATEST, true)))
                        .code());
    }
}
