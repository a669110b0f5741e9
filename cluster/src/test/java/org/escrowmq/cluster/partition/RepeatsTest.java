package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are sent again. */
class RepeatsTest {
    private static final long START = 1_000_000;
    private static final long WINDOW = QueueSettings.STANDARD.duplicateWindowMillis();

    private final MemoryJournal journal = new MemoryJournal();
    private final StoredMessages stored = new StoredMessages(journal, MemoryJournal.ID);
    private Partition partition = empty();
    private long sequenceNumber;

    private Partition empty() {
        return journal.partition(new CacheBudget(1 << 30));
    }

    private static OutgoingBlob blob(String id) {
        return OutgoingBlob.of(Message.normal(id, ByteBuffer.allocate(10)));
    }

    /** A message whose id has the fingerprint of another id. */
    private static OutgoingBlob colliding(String id, String with) {
        OutgoingBlob own = blob(id);
        QueueCommand.Incoming incoming = new QueueCommand.Incoming(Fingerprint.of(with), 0, own.bytes());
        return new OutgoingBlob(id, own.type(), own.bodyBytes(), own.blob(), own.keys(), 0, incoming);
    }

    private SendResult send(long epochMillis, Map<Offset, String> idsRead, OutgoingBlob... messages) {
        return partition.sendOnce(List.of(messages), idsRead, epochMillis, 0);
    }

    private SendResult.Placed placed(long epochMillis, String... ids) {
        OutgoingBlob[] messages = Arrays.stream(ids).map(RepeatsTest::blob).toArray(OutgoingBlob[]::new);
        return assertInstanceOf(SendResult.Placed.class, send(epochMillis, Map.of(), messages));
    }

    private List<Long> offsets(String... ids) {
        return values(placed(START, ids).offsets());
    }

    private static List<Long> values(List<Offset> offsets) {
        return offsets.stream().map(Offset::value).toList();
    }

    private void seal() {
        journal.apply(++sequenceNumber, partition.seal(sequenceNumber, START, 0, RetentionClass.DAY));
    }

    private List<String> idsStored() {
        return stored.range(Offset.FIRST, 1_000, 1 << 30).toCompletableFuture().join().values().stream()
                .map(blob -> MessageCodec.idOf(blob.blob()))
                .toList();
    }

    @Test
    void aRepeatedMessageHasTheFirstOffsetInItsBatchAndLater() {
        assertEquals(List.of(0L), offsets("a"));
        assertEquals(List.of(1L), offsets("b"));
        assertEquals(List.of(0L), offsets("a"));
        seal();
        assertEquals(List.of(1L), offsets("b"));
        assertFalse(partition.hasChanges(), "nothing is written for a repeated message");
        assertEquals(List.of("a", "b"), idsStored());
    }

    @Test
    void eachMessageOfASendIsJudgedOnItsOwn() {
        assertEquals(List.of(0L, 1L, 0L, 2L, 1L), offsets("a", "b", "a", "c", "b"));
        SendResult.Placed placed = placed(START, "x", "b", "y", "x", "c", "z");
        assertEquals(List.of(3L, 1L, 4L, 3L, 2L, 5L), values(placed.offsets()));
        assertEquals(
                List.of("x", "y", "z"),
                placed.stored().stream().map(OutgoingBlob::id).toList());
        assertEquals(
                List.of("b", "c", "x"),
                placed.repeated().stream().map(OutgoingBlob::id).toList());
        assertEquals(List.of(2L, 5L), offsets("c", "z"));
        seal();
        assertEquals(List.of("a", "b", "c", "x", "y", "z"), idsStored());
    }

    @Test
    void withoutTheSwitchEverythingIsStored() {
        for (int i = 0; i < 2; i++) partition.send(List.of(blob("a"), blob("a")), START, 0);
        seal();
        assertEquals(List.of("a", "a", "a", "a"), idsStored());
        assertEquals(List.of(3L), offsets("a"));
    }

    @Test
    void twoIdsWithOneFingerprintAreTwoMessages() {
        offsets("a");
        SendResult other = send(START, Map.of(), colliding("b", "a"));
        assertEquals(List.of(new Offset(1)), ((SendResult.Placed) other).offsets());
        SendResult together = send(START, Map.of(), colliding("c", "d"), blob("d"));
        assertEquals(List.of(new Offset(2), new Offset(3)), ((SendResult.Placed) together).offsets());
        seal();
        assertEquals(List.of("a", "b", "c", "d"), idsStored());
    }

    @Test
    void aCandidateThatIsNotInMemoryIsReadFirst() {
        offsets("a", "b");
        seal();
        partition.forget();
        SendResult unconfirmed = send(START, Map.of(), blob("b"), blob("c"), blob("a"));
        assertEquals(new SendResult.Unconfirmed(List.of(new Offset(1), new Offset(0))), unconfirmed);
        assertFalse(partition.hasChanges());
        Map<Offset, String> read = Map.of(new Offset(0), "a", new Offset(1), "b");
        SendResult confirmed = send(START, read, blob("b"), blob("c"), blob("a"));
        assertEquals(List.of(1L, 2L, 0L), values(((SendResult.Placed) confirmed).offsets()));
        seal();
        partition.forget();
        Map<Offset, String> others = Map.of(new Offset(0), "another", new Offset(1), "");
        SendResult stored = send(START, others, blob("a"), blob("b"));
        assertEquals(
                List.of(3L, 4L), values(((SendResult.Placed) stored).offsets()), "another id, and one that is gone");
    }

    @Test
    void afterTheWindowAndAfterATrimItIsANewMessage() {
        offsets("a", "b");
        assertEquals(List.of(0L), values(placed(START + WINDOW - 1, "a").offsets()));
        assertEquals(List.of(2L), values(placed(START + WINDOW, "a").offsets()));
        partition.decide(new QueueCommand.Trim(new Offset(3)), 0);
        assertEquals(List.of(3L), values(placed(START + WINDOW, "a").offsets()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyIdIsStoredOnceOverRestarts(long seed) {
        Random random = new Random(seed);
        Map<String, Offset> known = new HashMap<>();
        List<ByteBuffer> heads = new ArrayList<>();
        ByteBuffer snapshot = partition.state().snapshot(0);
        for (int step = 0; step < 400; step++) {
            OutgoingBlob[] messages = new OutgoingBlob[1 + random.nextInt(4)];
            for (int i = 0; i < messages.length; i++) messages[i] = blob("m" + random.nextInt(300));
            SendResult result = send(START, Map.of(), messages);
            if (result instanceof SendResult.Unconfirmed unconfirmed) {
                Map<Offset, String> read = new HashMap<>();
                known.forEach((id, offset) -> read.put(offset, id));
                read.keySet().retainAll(unconfirmed.candidates());
                result = send(START, read, messages);
            }
            List<Offset> offsets = ((SendResult.Placed) result).offsets();
            for (int i = 0; i < messages.length; i++) {
                Offset before = known.putIfAbsent(messages[i].id(), offsets.get(i));
                if (before != null) assertEquals(before, offsets.get(i));
            }
            if (partition.hasChanges() && random.nextInt(3) == 0) {
                seal();
                heads.add(journal.heads().get((int) sequenceNumber - 1));
                if (random.nextInt(10) == 0) {
                    snapshot = partition.state().snapshot(0);
                    heads.clear();
                }
                if (random.nextInt(10) == 0) recover(snapshot, heads);
            }
        }
        if (partition.hasChanges()) seal();
        assertEquals(known.size(), idsStored().size());
        assertEquals(known.keySet(), java.util.Set.copyOf(idsStored()));
    }

    private void recover(ByteBuffer snapshot, List<ByteBuffer> heads) {
        partition = empty();
        partition.restore(snapshot, 0);
        heads.forEach(head -> partition.replay(head, 0));
        partition.newest(stored.newest());
        partition.oldest(stored.oldest(partition.state().first()));
    }

    @Test
    void queuesShareTheRoomForIdsAndOneThatEndsGivesItsOwnBack() {
        CacheBudget budget = new CacheBudget(1 << 30, 1_000);
        Partition one = journal.partition(budget);
        Partition other = journal.partition(budget);
        for (int i = 0; i < 600; i++) one.send(List.of(blob("one-" + i)), START, 0);
        for (int i = 0; i < 600; i++) other.send(List.of(blob("other-" + i)), START, 0);
        assertEquals(1024 - 64, budget.usedIds());
        assertEquals(600, remembered(one, "one-", 600));
        assertEquals(64, remembered(other, "other-", 600));
        one.end();
        assertEquals(0, budget.usedIds());
        for (int i = 600; i < 660; i++) other.send(List.of(blob("other-" + i)), START, 0);
        assertEquals(64, budget.usedIds());
    }

    private static int remembered(Partition partition, String prefix, int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (partition.state().withFingerprint(Fingerprint.of(prefix + i), START) != null) found++;
        }
        return found;
    }
}
