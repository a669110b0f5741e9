package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.filtered;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageEvent;
import org.escrowmq.cluster.MessageEvent.Reader;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.MessageLife.State;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a message, read back on a whole node with a real journal; the queue takes a snapshot every fifth entry. */
class TraceTest {
    private static final TopicName ORDERS = TopicName.of("orders");
    private static final MessageLife.Limits LIMITS = new MessageLife.Limits(100_000, 1_000, Duration.ofSeconds(10));

    @TempDir
    Path folder;

    private NodeBed node;

    @BeforeEach
    void start() {
        node = NodeBed.start(
                folder,
                "escrow.cluster.queue.snapshot-every-events = 5",
                "escrow.cluster.queue.retention-check-interval = 100ms");
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
        node.group("audit", StartPosition.FIRST);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private CompletionStage<Outcome<MessageLife>> traceLater(long offset, MessageLife.Limits limits) {
        return node.broker().inspection().trace(ORDERS, 0, new Offset(offset), limits);
    }

    private MessageLife trace(long offset) {
        return done(await(traceLater(offset, LIMITS)));
    }

    private static List<MessageEvent> events(MessageLife life) {
        return life.events().stream().map(MessageLife.Moment::event).toList();
    }

    private static State stateOf(String group, MessageLife life) {
        return life.standings().stream()
                .filter(standing -> standing.group().equals(GroupName.of(group)))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private void busy(int messages) {
        for (int i = 0; i < messages; i++) node.send("orders", "other-" + i);
    }

    @Test
    void theWholeLifeIsToldAcrossSnapshotsAndRestarts() {
        long before = System.currentTimeMillis();
        node.send("orders", List.of(message("m", "red", 0)));
        Delivery first = node.receive("orders", "billing", 1).get(0);
        node.change("orders", "billing", first, Duration.ZERO, true);
        busy(12);
        Delivery second = node.receive("orders", "billing", 1).get(0);
        assertEquals(2, second.attempt());
        node.receive(filtered(query("orders", "audit", 1, Duration.ofMillis(300)), TagFilter.parse("blue")));
        node.restart();
        node.ack("orders", "billing", List.of(second));
        done(await(node.broker().streams().moveTo(new Place(ORDERS, 0), GroupName.of("billing"), new Offset(0))));
        node.restart();

        MessageLife life = trace(0);
        Reader billing = new Reader(1, Optional.of(GroupName.of("billing")));
        Reader audit = new Reader(2, Optional.of(GroupName.of("audit")));
        List<MessageEvent> events = events(life);
        assertEquals(MessageEvent.Stored.class, events.get(0).getClass());
        assertEquals(
                List.of(
                        new MessageEvent.GroupOpened(billing, Offset.FIRST),
                        new MessageEvent.Delivered(billing, 1, 1, "client", Duration.ofSeconds(30), false, false),
                        new MessageEvent.InvisibleChanged(billing, 2, Duration.ZERO, true),
                        new MessageEvent.Delivered(billing, 2, 3, "client", Duration.ofSeconds(30), false, false),
                        new MessageEvent.GroupOpened(audit, Offset.FIRST),
                        new MessageEvent.Skipped(audit),
                        new MessageEvent.Acknowledged(billing),
                        new MessageEvent.GroupMoved(billing, Offset.FIRST)),
                events.subList(1, events.size()));
        long last = before;
        for (MessageLife.Moment moment : life.events()) {
            assertTrue(moment.epochMillis() >= last, "times run forward");
            last = moment.epochMillis();
        }
        assertTrue(last <= System.currentTimeMillis(), "later than now");
        assertEquals(State.NOT_OFFERED, stateOf("billing", life));
        assertEquals(State.DONE, stateOf("audit", life));
        assertTrue(life.reading().fromTheStart());
        assertTrue(life.reading().toTheEnd());
        assertTrue(life.reading().entries() > 12, life.reading().toString());
        assertEquals(life.events().get(0).epochMillis(), life.reading().sinceEpochMillis());
    }

    @Test
    void aClientThatIsGoneShowsAndSoDoesWhoHoldsTheMessage() {
        node.send("orders", "m");
        node.receive(
                leased(query("orders", "billing", 1, Duration.ofSeconds(20)), Duration.ofSeconds(30), true, "c@1"));
        assertEquals(State.LEASED, stateOf("billing", trace(0)));
        node.restart();
        NodeBed.eventually(() -> assertTrue(
                events(trace(0)).stream()
                        .anyMatch(event -> event instanceof MessageEvent.Released released
                                && released.clientId().equals("c@1")),
                "not released"));
    }

    @Test
    void limitsEndAReadingAndItSaysSo() {
        node.send("orders", "m");
        busy(20);
        List<Delivery> all = node.receive("orders", "billing", 32);
        node.ack("orders", "billing", all);
        MessageLife life = done(await(traceLater(0, new MessageLife.Limits(2, 100, Duration.ofSeconds(10)))));
        assertEquals(2, life.reading().entries());
        assertTrue(life.reading().fromTheStart());
        assertFalse(life.reading().toTheEnd());
        assertEquals(1, life.events().size());
        assertEquals(State.DONE, stateOf("billing", life), "the groups' standing is that of now all the same");
        assertFalse(done(await(traceLater(0, new MessageLife.Limits(1_000, 100, Duration.ZERO))))
                .reading()
                .toTheEnd());
    }

    @Test
    void aMessageThatWasGivenUpIsToldAsFarAsTheJournalGoes() {
        node.send("orders", "m");
        node.ack("orders", "billing", node.receive("orders", "billing", 1));
        busy(3);
        done(await(node.broker().streams().purge(new Place(ORDERS, 0), Position.LATEST, false)));
        NodeBed.eventually(() -> {
            MessageLife life = trace(0);
            assertFalse(life.reading().fromTheStart());
            assertEquals(List.of(new MessageEvent.GivenUp(new Offset(4), false)), events(life));
        });
    }

    @Test
    void whatWasNeverThereIsRefusedAndSoAreTooManyAtATime() {
        node.send("orders", "m");
        Outcome<MessageLife> beyond = await(traceLater(1, LIMITS));
        assertEquals(RefusalCode.ILLEGAL_OFFSET, refused(beyond).code());
        assertTrue(
                refused(beyond).text().contains("ends at offset 1, got 1"),
                refused(beyond).text());
        assertEquals(
                RefusalCode.INVALID_ARGUMENT,
                refused(await(node.broker().inspection().trace(ORDERS, 1, Offset.FIRST, LIMITS)))
                        .code());
        assertEquals(
                RefusalCode.TOPIC_NOT_FOUND,
                refused(await(node.broker().inspection().trace(TopicName.of("none"), 0, Offset.FIRST, LIMITS)))
                        .code());
        List<CompletionStage<Outcome<MessageLife>>> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) many.add(traceLater(0, LIMITS));
        for (CompletionStage<Outcome<MessageLife>> one : many) {
            Outcome<MessageLife> outcome = await(one);
            if (outcome instanceof Outcome.Refused<?>)
                assertEquals(RefusalCode.TOO_MANY_REQUESTS, refused(outcome).code());
        }
        trace(0);
    }
}
