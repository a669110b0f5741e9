package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.QueueStreams.Move;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.cluster.QueueStreams.PullQuery;
import org.escrowmq.cluster.QueueStreams.Pulled;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading without leases, and moving groups, on a whole node with a real journal. */
class StreamsTest {
    private static final Place PLACE = new Place(TopicName.of("orders"), 0);
    private static final GroupName GROUP = GroupName.of("billing");
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private NodeBed node;

    @BeforeEach
    void start() {
        node = NodeBed.start(folder, "escrow.cluster.queue.pulls-max = 2", "escrow.cluster.queue.cache-bytes-max = 2k");
        node.topic("orders", 1);
        node.group("billing", StartPosition.FIRST);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private QueueStreams streams() {
        return node.broker().streams();
    }

    private QueueStreams.Pull pullLater(long from, String tags, int max, Duration poll) {
        return streams().pull(new PullQuery(GROUP, PLACE, new Offset(from), TagFilter.parse(tags), max, poll));
    }

    private Outcome<Pulled> tryPull(long from, String tags, int max, Duration poll) {
        return await(pullLater(from, tags, max, poll).messages());
    }

    private Pulled pull(long from, String tags, int max) {
        return done(tryPull(from, tags, max, SHORT));
    }

    private static List<String> idsOf(Pulled pulled) {
        return pulled.messages().stream().map(stored -> stored.message().id()).toList();
    }

    private Outcome<Move> move(long to) {
        return await(streams().moveTo(PLACE, GROUP, new Offset(to)));
    }

    private long progress() {
        return done(await(streams().progress(PLACE, GROUP))).value();
    }

    private long find(Position position) {
        return done(await(streams().find(PLACE, position))).value();
    }

    @Test
    void everyMessageIsReadInOrderFromTheStoreAsFromMemory() {
        node.sendAll("orders", "m", 100);
        for (int round = 0; round < 2; round++) {
            List<Long> offsets = new ArrayList<>();
            long at = 0;
            while (at < 100) {
                Pulled pulled = pull(at, "*", 32);
                pulled.messages().forEach(stored -> offsets.add(stored.offset().value()));
                at = pulled.next().value();
            }
            assertEquals(IntStream.range(0, 100).mapToObj(i -> (long) i).toList(), offsets);
            node.restart();
        }
        assertEquals(100, node.drain("orders", "billing", 100).size(), "reading took nothing from the group");
    }

    @Test
    void aPullAtTheEndWaitsForWhatIsSent() {
        node.send("orders", "before");
        QueueStreams.Pull waiting = pullLater(1, "*", 32, LONG);
        node.send("orders", "after");
        Pulled pulled = done(await(waiting.messages()));
        assertEquals(List.of("after"), idsOf(pulled));
        assertEquals(new Offset(2), pulled.next());
    }

    @Test
    void aPullWithoutMessagesEndsWhenItsTimeIsUp() {
        long start = System.nanoTime();
        Pulled pulled = pull(0, "*", 32);
        assertTrue(System.nanoTime() - start >= SHORT.toNanos());
        assertEquals(new Pulled(List.of(), Offset.FIRST), pulled);
    }

    @Test
    void aFilterIsLookedThroughToTheEndAndTheNextOffsetLiesBehindIt() {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 600; i++) messages.add(message("m" + i, i % 250 == 249 ? "rare" : "common", 0));
        for (int from = 0; from < 600; from += 100) node.send("orders", messages.subList(from, from + 100));
        Pulled first = pull(0, "rare", 1);
        assertEquals(List.of("m249"), idsOf(first));
        assertEquals(List.of("m499"), idsOf(pull(first.next().value(), "rare", 2)));
        assertEquals(new Pulled(List.of(), new Offset(600)), pull(500, "rare", 2));
        QueueStreams.Pull waiting = pullLater(500, "rare", 2, LONG);
        node.send("orders", List.of(message("no", "common", 0)));
        node.send("orders", List.of(message("yes", "rare", 0)));
        assertEquals(List.of("yes"), idsOf(done(await(waiting.messages()))));
    }

    @Test
    void bytesBoundAnAnswer() {
        for (int i = 0; i < 6; i++) node.send("orders", List.of(message("big" + i, null, 1_500_000)));
        Pulled pulled = pull(0, "*", 32);
        assertEquals(List.of("big0", "big1"), idsOf(pulled));
        assertEquals(List.of("big2", "big3"), idsOf(pull(pulled.next().value(), "*", 32)));
    }

    @Test
    void offsetsOutsideTheQueueAndPlacesThatAreNoneAreRefused() {
        node.send("orders", "m");
        assertEquals(
                RefusalCode.ILLEGAL_OFFSET, refused(tryPull(2, "*", 1, SHORT)).code());
        assertEquals(
                RefusalCode.INVALID_ARGUMENT,
                refused(await(streams().find(new Place(TopicName.of("orders"), 1), Position.FIRST)))
                        .code());
        assertEquals(
                RefusalCode.TOPIC_NOT_FOUND,
                refused(await(streams().progress(new Place(TopicName.of("none"), 0), GROUP)))
                        .code());
        assertEquals(
                RefusalCode.GROUP_NOT_FOUND,
                refused(await(streams().progress(PLACE, GroupName.of("nobody"))))
                        .code());
        assertEquals(
                RefusalCode.OFFSET_NOT_FOUND,
                refused(await(streams().progress(PLACE, GROUP))).code());
        done(await(node.broker().catalogue().pauseGroup(GROUP, true)));
        assertEquals(RefusalCode.FORBIDDEN, refused(tryPull(0, "*", 1, SHORT)).code());
    }

    @Test
    void waitingPullsAreBoundedAndACancelledOneMakesRoom() {
        QueueStreams.Pull first = pullLater(0, "*", 1, LONG);
        QueueStreams.Pull second = pullLater(0, "*", 1, LONG);
        assertEquals(
                RefusalCode.TOO_MANY_REQUESTS,
                refused(tryPull(0, "*", 1, SHORT)).code());
        first.cancel();
        QueueStreams.Pull third = pullLater(0, "*", 1, LONG);
        node.send("orders", "m");
        assertEquals(List.of("m"), idsOf(done(await(second.messages()))));
        assertEquals(List.of("m"), idsOf(done(await(third.messages()))));
    }

    @Test
    void aStoppedQueueLeavesNoPullWithoutAnAnswer() {
        QueueStreams.Pull waiting = pullLater(0, "*", 1, LONG);
        node.send("orders", "other");
        QueueStreams.Pull late = pullLater(1, "*", 1, LONG);
        assertEquals(List.of("other"), idsOf(done(await(waiting.messages()))));
        node.restart();
        assertEquals(RefusalCode.UNAVAILABLE, refused(await(late.messages())).code());
    }

    @Test
    void progressIsWhatTheGroupAcknowledgedAndOutlivesARestart() {
        node.sendAll("orders", "m", 5);
        List<Delivery> got = node.receive("orders", "billing", 5);
        node.ack("orders", "billing", got.subList(0, 2));
        assertEquals(2, progress());
        node.restart();
        assertEquals(2, progress());
    }

    @Test
    void aGroupThatIsMovedReceivesFromThereAndItsOldHandlesAreVoid() {
        node.sendAll("orders", "m", 5);
        Delivery old = node.receive("orders", "billing", 1).get(0);
        node.ack("orders", "billing", node.receive("orders", "billing", 4));
        assertEquals(new Move(Optional.of(Offset.FIRST), new Offset(3)), done(move(3)));
        assertEquals(List.of(3L, 4L), offsets(node.receive("orders", "billing", 10)));
        assertEquals(new Move(Optional.of(new Offset(3)), Offset.FIRST), done(move(0)));
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(node.tryAck("orders", "billing", old.receiptHandle())).code());
        node.restart();
        assertEquals(0, progress());
        assertEquals(5, node.drain("orders", "billing", 5).size());
        assertEquals(5, progress());
        assertEquals(RefusalCode.ILLEGAL_OFFSET, refused(move(6)).code());
    }

    @Test
    void aMoveWakesAReceiveThatWaits() {
        node.sendAll("orders", "m", 3);
        node.drain("orders", "billing", 3);
        var waiting = node.receiveLater(NodeBed.query("orders", "billing", 10, LONG));
        NodeBed.eventually(() -> assertEquals(3, progress()));
        done(move(1));
        assertEquals(2, ids(done(await(waiting.deliveries()))).size());
    }

    @Test
    void aMoveOpensAGroupThatNeverRead() {
        node.sendAll("orders", "m", 3);
        Move moved = done(move(2));
        assertEquals(new Offset(2), moved.to());
        assertEquals(2, progress());
        assertEquals(List.of(2L), offsets(node.receive("orders", "billing", 10)));
        Place place = new Place(TopicName.of("orders"), 0);
        done(await(streams().moveTo(place, GroupName.of("made-by-use"), new Offset(1))));
        assertFalse(node.broker().catalogue().group(GroupName.of("made-by-use")).isEmpty());
    }

    @Test
    void positionsAreFound() {
        assertEquals(0, find(Position.FIRST));
        assertEquals(0, find(Position.LATEST));
        assertEquals(0, find(Position.at(0)));
        node.sendAll("orders", "m", 40);
        List<StoredMessage> stored = new ArrayList<>(pull(0, "*", 32).messages());
        stored.addAll(pull(32, "*", 32).messages());
        assertEquals(40, find(Position.LATEST));
        for (StoredMessage message : stored) {
            long expected = stored.stream()
                    .filter(other -> other.storedEpochMillis() >= message.storedEpochMillis())
                    .findFirst()
                    .orElseThrow()
                    .offset()
                    .value();
            assertEquals(expected, find(Position.at(message.storedEpochMillis())));
        }
        assertEquals(40, find(Position.at(Long.MAX_VALUE)));
        assertEquals(0, find(Position.at(Long.MIN_VALUE)));
    }

    private static List<Long> offsets(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> delivery.offset().value())
                .sorted()
                .toList();
    }
}
