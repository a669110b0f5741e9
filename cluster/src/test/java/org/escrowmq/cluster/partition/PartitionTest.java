package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
    private static final GroupName GROUP = GroupName.of("g");
    private static final long HOUR = 3_600_000;
    private static final long START = 500_000 * HOUR;

    private final MemoryJournal journal = new MemoryJournal();
    private final StoredMessages stored = new StoredMessages(journal, MemoryJournal.ID);
    private Partition partition = empty();
    private long sequenceNumber;

    private Partition empty() {
        return journal.partition(new CacheBudget(1 << 30));
    }

    static Message message(String id, List<String> keys, int bytes) {
        return new Message(
                id,
                MessageType.NORMAL,
                null,
                keys,
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.allocate(bytes),
                1,
                "h",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private Offset append(long epochMillis, Message... messages) {
        List<OutgoingBlob> blobs = new ArrayList<>();
        for (Message message : messages) blobs.add(OutgoingBlob.of(message));
        return assertInstanceOf(QueueReply.Appended.class, partition.append(blobs, epochMillis, 0))
                .first();
    }

    private JournalEntry seal(long epochMillis) {
        JournalEntry entry = partition.seal(++sequenceNumber, epochMillis, 0, RetentionClass.DAY);
        journal.apply(sequenceNumber, entry);
        return entry;
    }

    private Offset store(long epochMillis, Message... messages) {
        Offset first = append(epochMillis, messages);
        seal(epochMillis);
        return first;
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static List<Long> offsets(Map<Offset, StoredBlob> found) {
        return found.keySet().stream().map(Offset::value).toList();
    }

    @Test
    void aBatchOfAppendsIsOneRowThatLeadsToItsBodies() {
        append(START, message("a", List.of(), 10), message("b", List.of(), 20));
        append(START, message("c", List.of(), 30));
        JournalEntry entry = seal(START);
        assertEquals(3, entry.blobs().size());
        assertEquals(RetentionClass.DAY, entry.retention());
        assertFalse(partition.hasChanges());

        BatchRow row = stored.newest().orElseThrow();
        assertEquals(new BatchRow(0, 1, 3, START, partition.storedBytes(), 0), row);
        Map<Offset, StoredBlob> found = now(stored.range(Offset.FIRST, 10, 1 << 20));
        assertEquals(List.of(0L, 1L, 2L), offsets(found));
        assertEquals(
                List.of("a", "b", "c"),
                found.values().stream()
                        .map(blob -> MessageCodec.decode(blob.blob()).id())
                        .toList());
        found.values().forEach(blob -> assertEquals(START, blob.storedEpochMillis()));
    }

    @Test
    void anEntryWithoutMessagesHasNoRowAndIsState() {
        store(START, message("a", List.of(), 1));
        partition.decide(new QueueCommand.StartGroup(GROUP, true), 0);
        assertTrue(partition.hasChanges());
        JournalEntry entry = seal(START);
        assertEquals(RetentionClass.STATE, entry.retention());
        assertEquals(List.of(), entry.operations());
        assertEquals(1, stored.newest().orElseThrow().sequenceNumber());
    }

    @Test
    void whatIsRefusedOrChangesNothingLeavesNothingToWrite() {
        partition.decide(new QueueCommand.Acknowledge(GROUP, Offset.FIRST, 1), 0);
        partition.append(List.of(), START, 0);
        assertFalse(partition.hasChanges());
    }

    @Test
    void replayLeadsToTheSameState() {
        partition.decide(new QueueCommand.StartGroup(GROUP, true), 0);
        store(START, message("a", List.of(), 1), message("b", List.of(), 1));
        partition.decide(new QueueCommand.Deliver(GROUP, List.of(Offset.FIRST), List.of(), 1000, false, "c"), 0);
        seal(START);
        Partition again = empty();
        journal.heads().forEach(head -> again.replay(head, 0));
        again.newest(stored.newest());
        again.oldest(stored.oldest(again.state().first()));
        assertEquals(partition.state().snapshot(0), again.state().snapshot(0));
        assertEquals(partition.storedBytes(), again.storedBytes());
        assertEquals(START, again.oldestStoredEpochMillis());
        Partition restored = empty();
        restored.restore(partition.state().snapshot(0), 0);
        assertEquals(partition.state().snapshot(0), restored.state().snapshot(0));
    }

    @Test
    void messagesAreCachedUntilForgottenAndRunsReplaceEachOther() {
        append(START, message("a", List.of(), 10));
        assertNotNull(partition.cached(Offset.FIRST));
        partition.forget();
        assertNull(partition.cached(Offset.FIRST));
        seal(START);
        partition.rememberRun(now(stored.range(Offset.FIRST, 1, 1)));
        assertNotNull(partition.cached(Offset.FIRST));
        partition.rememberSingle(now(stored.read(List.of(0L), 1)));
        partition.rememberRun(Map.of());
        assertNotNull(partition.cached(Offset.FIRST));
        partition.rememberSingle(Map.of());
        assertNull(partition.cached(Offset.FIRST));
    }

    @Test
    void keysAndIdsAreFoundNewestFirstOverHours() {
        for (int hour = 0; hour < 5; hour++) {
            for (int i = 0; i < 10; i++) {
                long at = START + hour * HOUR;
                store(at, message("m" + hour + i, List.of("k", "k" + i), 1), message("plain", List.of(), 1));
            }
        }
        assertEquals(List.of(98L, 96L, 94L), stored.offsetsOfKey("k", 3), "the newest of their hour, not the oldest");
        assertEquals(50, stored.offsetsOfKey("k", 1000).size());
        assertEquals(List.of(86L, 66L, 46L, 26L, 6L), stored.offsetsOfKey("k3", 10));
        assertEquals(List.of(), stored.offsetsOfKey("other", 10));
        assertEquals(List.of(46L), stored.offsetsOfId("m23", 10));
        assertEquals(List.of(), stored.offsetsOfId("plain", 10), "only messages with keys are indexed by id");
    }

    @Test
    void searchRowsOfHoursThatAreOverAreGivenUp() {
        store(START, message("a", List.of("k"), 1));
        store(START + HOUR, message("b", List.of("k"), 1));
        assertEquals(List.of(), stored.staleSearchRows(START + 5, 100));
        stored.staleSearchRows(START + HOUR, 100).forEach(partition::change);
        seal(START + HOUR);
        assertEquals(List.of(1L), stored.offsetsOfKey("k", 10));
        assertEquals(List.of(), stored.offsetsOfId("a", 10));
        assertEquals(List.of(1L), stored.offsetsOfId("b", 10));
    }

    @Test
    void aRangeIsBoundedInBytesButNeverEmptyAndSkipsHoles() {
        for (int i = 0; i < 6; i++) store(START, message("m" + i, List.of(), 1000));
        long each = stored.newest().orElseThrow().bytes();
        assertEquals(List.of(2L), offsets(now(stored.range(new Offset(2), 10, 1))));
        assertEquals(List.of(2L, 3L, 4L), offsets(now(stored.range(new Offset(2), 10, 3 * each))));
        assertEquals(List.of(4L, 5L), offsets(now(stored.range(new Offset(4), 10, 1 << 20))));
        assertEquals(List.of(), offsets(now(stored.range(new Offset(6), 10, 1 << 20))));

        partition.change(stored.oldest(Offset.FIRST).orElseThrow().removal());
        partition.change(stored.oldest(new Offset(3)).orElseThrow().removal());
        seal(START);
        assertEquals(List.of(1L, 2L, 4L, 5L), offsets(now(stored.range(Offset.FIRST, 10, 1 << 20))));
        assertEquals(List.of(1L, 5L), offsets(now(stored.read(List.of(0L, 1L, 3L, 5L, 9L)))));
        assertEquals(List.of(5L, 1L), offsets(now(stored.read(List.of(5L, 1L, 4L), 2 * each))));
        assertEquals(List.of(5L), offsets(now(stored.read(List.of(0L, 5L, 1L), 1))));
        journal.trimTo(2);
        assertEquals(List.of(2L, 4L), offsets(now(stored.range(new Offset(1), 4, 1 << 20))));
    }

    @Test
    void aTrimFindsTheOldestAlsoWhileNewerBatchesAreOnTheirWay() {
        store(START, message("a", List.of(), 10));
        store(START + 10, message("b", List.of(), 10));
        BatchRow first = stored.oldest(Offset.FIRST).orElseThrow();
        assertEquals(List.of(first), stored.storedBefore(START + 10, Offset.FIRST, 100));
        partition.decide(new QueueCommand.Trim(first.end()), 0);
        partition.trimmed(first, stored.oldest(first.end()), START + 50);
        assertEquals(START + 10, partition.oldestStoredEpochMillis());
        assertEquals(first.bytes(), partition.storedBytes());

        append(START + 60, message("c", List.of(), 10));
        partition.seal(++sequenceNumber, START + 60, 0, RetentionClass.DAY);
        BatchRow second = stored.oldest(first.end()).orElseThrow();
        partition.decide(new QueueCommand.Trim(second.end()), 0);
        partition.trimmed(second, stored.oldest(second.end()), START + 70);
        assertEquals(START + 70, partition.oldestStoredEpochMillis(), "c is on its way to the disk, and will expire");
        assertEquals(first.bytes(), partition.storedBytes());
    }

    @Test
    void whatLiesBelowTheFirstOffsetGoesWithWhatIsOld() {
        for (int i = 0; i < 4; i++) store(START + 10 * i, message("m" + i, List.of(), 10));
        List<BatchRow> rows = stored.storedBefore(Long.MAX_VALUE, Offset.FIRST, 100);
        assertEquals(4, rows.size());
        assertEquals(rows.subList(0, 2), stored.storedBefore(Long.MIN_VALUE, new Offset(2), 100));
        assertEquals(rows.subList(0, 3), stored.storedBefore(START + 30, new Offset(2), 100));
        assertEquals(rows.subList(0, 1), stored.storedBefore(Long.MIN_VALUE, new Offset(2), 1));
        assertEquals(Optional.of(rows.get(1)), stored.batchBefore(new Offset(2)));
        assertEquals(Optional.empty(), stored.batchBefore(Offset.FIRST));
        assertEquals(Optional.of(rows.get(2)), stored.batchOf(new Offset(2)));
        assertEquals(Optional.empty(), stored.batchOf(new Offset(4)));
    }

    @Test
    void whenEverythingIsTrimmedNothingIsStored() {
        store(START, message("a", List.of(), 10));
        BatchRow row = stored.newest().orElseThrow();
        partition.decide(new QueueCommand.Trim(row.end()), 0);
        partition.change(row.removal());
        seal(START);
        partition.trimmed(row, stored.oldest(row.end()), START);
        assertEquals(Partition.NOTHING_STORED, partition.oldestStoredEpochMillis());
        assertEquals(0, partition.storedBytes());
        assertEquals(Optional.empty(), stored.newest());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyTimeLeadsToTheFirstMessageThatIsNotOlder(long seed) {
        Random random = new Random(seed);
        List<Long> times = new ArrayList<>();
        long at = START;
        for (int batch = 0; batch < 60; batch++) {
            at += random.nextInt(4);
            Message[] messages = new Message[1 + random.nextInt(4)];
            for (int i = 0; i < messages.length; i++) messages[i] = message("m" + times.size(), List.of(), 1);
            store(at, messages);
            for (int i = 0; i < messages.length; i++) times.add(at);
        }
        Offset end = new Offset(times.size());
        for (long time = START - 2; time < at + 3; time++) {
            long first = random.nextInt(times.size());
            long expected = first;
            while (expected < times.size() && times.get((int) expected) < time) expected++;
            assertEquals(new Offset(expected), stored.storedFrom(time, new Offset(first), end), "seed " + seed);
        }
        assertEquals(end, stored.storedFrom(START, end, end));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyOffsetLeadsToItsMessage(long seed) {
        Random random = new Random(seed);
        List<String> ids = new ArrayList<>();
        for (int batch = 0; batch < 200; batch++) {
            long at = START + batch * 1000L;
            for (int unit = random.nextInt(3); unit >= 0; unit--) {
                Message[] messages = new Message[1 + random.nextInt(5)];
                for (int i = 0; i < messages.length; i++) {
                    messages[i] = message("m" + ids.size(), List.of(), random.nextInt(300));
                    ids.add(messages[i].id());
                }
                append(at, messages);
            }
            seal(at);
            if (random.nextInt(4) == 0) {
                partition.decide(new QueueCommand.StartGroup(GroupName.of("g" + batch), false), 0);
                seal(at);
            }
        }
        for (int i = 0; i < 100; i++) {
            int from = random.nextInt(ids.size());
            int count = 1 + random.nextInt(200);
            List<String> found = now(stored.range(new Offset(from), count, 1 << 30)).values().stream()
                    .map(blob -> MessageCodec.decode(blob.blob()).id())
                    .toList();
            assertEquals(ids.subList(from, Math.min(ids.size(), from + count)), found, "seed " + seed);
        }
    }
}
