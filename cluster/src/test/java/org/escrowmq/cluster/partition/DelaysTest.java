package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.delay.Source;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.transaction.Resolution;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of a queue that wait for their time, over a journal in memory. */
class DelaysTest {
    private static final long START = 1_000_000_000;
    private static final long HOUR = 3_600_000;

    private final MemoryJournal journal = new MemoryJournal();
    private final StoredMessages stored = new StoredMessages(journal, MemoryJournal.ID);
    private final DelayList list = new DelayList(new QueueTables(journal, MemoryJournal.ID));
    private Partition partition = journal.partition(new CacheBudget(1 << 30));
    private long sequenceNumber;
    private long now = START;

    private static OutgoingBlob message(String id, long due, String... keys) {
        return OutgoingBlob.of(new Message(
                id,
                MessageType.DELAY,
                null,
                List.of(keys),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8)),
                1,
                "h",
                null,
                due,
                null,
                null,
                null,
                null,
                null));
    }

    private DueTime store(String id, long due, String... keys) {
        OutgoingBlob message = message(id, due, keys);
        return partition.placeOf(message, now).orElseGet(() -> partition.storeWaiting(message, now));
    }

    private void write() {
        journal.apply(sequenceNumber + 1, partition.seal(sequenceNumber + 1, now, 0, RetentionClass.DAY));
        sequenceNumber++;
        partition.durable(sequenceNumber);
    }

    private void recover() {
        partition = journal.partition(new CacheBudget(1 << 30));
        journal.heads().forEach(head -> partition.replay(head, 0));
        partition.newest(stored.newest());
        partition.oldest(stored.oldest(partition.state().first()));
        partition.recovered();
    }

    private List<String> visible() {
        return stored.range(Offset.FIRST, 10_000, Long.MAX_VALUE).toCompletableFuture().join().values().stream()
                .map(blob -> MessageCodec.idOf(blob.blob()))
                .toList();
    }

    private Optional<Delayed> find(DueTime place) {
        return partition.delays().find(place.number(), place.epochMillis());
    }

    private Outcome<DelayEvent> decide(DueTime place, DelayCommand command) {
        return partition.decide(find(place).orElseThrow(), command, now);
    }

    private static DelayCommand recall() {
        return new DelayCommand.Recall(Source.CLIENT, "client");
    }

    private List<String> takeDue(int limit) {
        return partition.takeDue(now, limit).stream().map(Delayed::messageId).toList();
    }

    @Test
    void aMessageThatWaitsHasNoOffsetAndBecomesVisibleInTheOrderOfTimes() {
        store("late", now + 300, "k");
        store("first", now + 100);
        store("tie", now + 100);
        partition.send(List.of(OutgoingBlob.of(Message.normal("x", ByteBuffer.allocate(3)))), now, 0);
        write();
        assertEquals(List.of("x"), visible());
        assertEquals(3, partition.delays().waiting());
        assertEquals(START + 100, partition.delays().nextDueEpochMillis());
        assertEquals(List.of(), stored.offsetsOfKey("k", 10));
        assertEquals("late", list.ofKey("k", 0, 10).get(0).messageId());

        now += 99;
        assertEquals(List.of(), takeDue(10), "never early");
        now += 1;
        assertEquals(List.of("first", "tie"), takeDue(10));
        partition.send(List.of(OutgoingBlob.of(Message.normal("y", ByteBuffer.allocate(3)))), now, 0);
        write();
        assertEquals(List.of("x", "y", "first", "tie"), visible());
        now += 1_000;
        assertEquals(List.of("late"), takeDue(10));
        write();
        assertEquals(List.of(4L), stored.offsetsOfKey("k", 10));
        assertEquals(List.of(), list.ofKey("k", 0, 10));
        assertEquals(Long.MAX_VALUE, partition.delays().nextDueEpochMillis());
        assertEquals(0, list.waiting());
        recover();
        assertEquals(new Offset(5), partition.state().next());
        assertEquals(List.of("x", "y", "first", "tie", "late"), visible());
    }

    @Test
    void whatIsDueIsTakenAFewAtATime() {
        for (int i = 0; i < 1_000; i++) store("m" + i, now + 1 + i % 7);
        write();
        now += 10;
        List<String> taken = new ArrayList<>();
        while (partition.delays().nextDueEpochMillis() <= now) {
            taken.addAll(takeDue(64));
            write();
        }
        assertEquals(1_000, taken.size());
        assertEquals(taken, visible());
        List<String> expected = new ArrayList<>();
        for (int time = 0; time < 7; time++) for (int i = time; i < 1_000; i += 7) expected.add("m" + i);
        assertEquals(expected, taken);
    }

    @Test
    void messagesThatLieOneAfterAnotherHaveOneRow() {
        for (int i = 0; i < 100; i++) store("m" + i, now + 1);
        write();
        now += 1;
        takeDue(100);
        write();
        BatchRow row = stored.newest().orElseThrow();
        assertEquals(0, row.firstOffset());
        assertEquals(100, row.count());
        assertEquals(1, row.sequenceNumber());
        assertEquals(2, row.lastEntry());
    }

    @Test
    void messagesOfManyEntriesThatBecomeVisibleTogetherHaveOneRow() {
        for (int i = 0; i < 40; i++) {
            store("m" + i, now + 100 - i % 3);
            if (i % 4 == 3) write();
        }
        now += 100;
        List<String> taken = takeDue(1_000);
        write();
        assertEquals(40, taken.size());
        assertEquals(taken, visible());
        BatchRow row = stored.newest().orElseThrow();
        assertEquals(40, row.count());
        assertEquals(partition.storedBytes(), row.bytes());
        recover();
        assertEquals(taken, visible());
        assertEquals(row, stored.newest().orElseThrow());
        giveUpAll();
        write();
        assertEquals(Set.of(), journal.pins());
    }

    @Test
    void rowsOfABurstAreLeftAndRemovedLater() {
        for (int i = 0; i < 100; i++) store("m" + i, now + 1 + i / 10, "k");
        DueTime later = store("later", now + 50, "k");
        write();
        now += 10;
        assertEquals(100, takeDue(1_000).size());
        write();
        assertEquals(100, partition.delays().left());
        recover();
        assertEquals(100, partition.delays().left());
        assertEquals(List.of("later"), ids(partition.delays().from(DueTime.FIRST, 10)));
        assertEquals(List.of("later"), ids(list.from(DueTime.FIRST, 10)));
        assertEquals(List.of("later"), ids(list.ofKey("k", 0, 3)));
        DueTime gone = list.ofId("m7", 10).get(0);
        assertEquals(Optional.empty(), find(gone));
        assertEquals(Optional.empty(), list.find(gone.number(), gone.epochMillis()));
        assertTrue(partition.placeOf(message("m7", gone.epochMillis()), now).isEmpty());

        partition.delays().sweep(60);
        assertEquals(40, partition.delays().left());
        partition.delays().sweep(60);
        assertEquals(0, partition.delays().left());
        write();
        assertEquals(List.of(), list.ofId("m7", 10));
        assertEquals(
                List.of(later),
                list.rows(DueTime.FIRST, 10).stream().map(Delayed::due).toList());
    }

    @Test
    void whatComesWithAnEarlierTimeThanThoseThatWereVisibleWaitsAllTheSame() {
        store("a", now + 1_000);
        DueTime moved = store("moved", now + 5_000);
        write();
        now += 1_000;
        assertEquals(List.of("a"), takeDue(10));
        write();
        now -= 900;
        store("early", now + 20);
        decide(moved, new DelayCommand.Reschedule(now + 10, "operator"));
        write();
        recover();
        assertEquals(List.of("moved", "early"), ids(list.from(DueTime.FIRST, 10)));
        while (partition.delays().left() > 0) partition.delays().sweep(10);
        write();
        recover();
        now += 10;
        assertEquals(List.of("moved"), takeDue(1));
        write();
        now += 10;
        assertEquals(List.of("early"), takeDue(10));
        write();
        recover();
        assertEquals(List.of(), ids(list.from(DueTime.FIRST, 10)));
        assertEquals(List.of("a", "moved", "early"), visible());
        assertEquals(List.of(), list.rows(DueTime.FIRST, 10));
    }

    private static List<String> ids(List<Delayed> messages) {
        return messages.stream().map(Delayed::messageId).toList();
    }

    @Test
    void aRecalledMessageIsNeverVisibleAndTheAnswerIsKept() {
        DueTime a = store("a", now + 100, "k");
        DueTime b = store("b", now + 100);
        write();
        assertEquals(Set.of(1L), journal.pins());
        assertInstanceOf(Outcome.Done.class, decide(a, recall()));
        write();
        assertEquals(Set.of(1L, 2L), journal.pins(), "b's body, and the recall of a");
        assertEquals(Optional.empty(), find(a));
        assertEquals("a", partition.delays().recalled(a.number()).orElseThrow().messageId());
        now += 100;
        assertEquals(List.of("b"), takeDue(10));
        write();
        assertEquals(List.of("b"), visible());
        assertEquals(Optional.empty(), partition.delays().recalled(b.number()));
        recover();
        assertEquals("a", partition.delays().recalled(a.number()).orElseThrow().messageId());
        assertEquals(a, store("a", START + 100), "sent again it is still recalled");

        long until = START + 100 + Recalled.KEPT_MILLIS;
        assertEquals(until, partition.delays().oldestRecalledUntilEpochMillis());
        assertEquals(0, partition.delays().forgetRecalled(until, 10));
        assertEquals(1, partition.delays().forgetRecalled(until + 1, 10));
        write();
        assertEquals(Optional.empty(), partition.delays().recalled(a.number()));
        assertEquals(Set.of(1L, 3L), journal.pins(), "b's body, and what made it visible");
        assertEquals(Long.MAX_VALUE, partition.delays().oldestRecalledUntilEpochMillis());
    }

    @Test
    void aTimeMovesBothWays() {
        DueTime a = store("a", now + 5 * HOUR, "k");
        DueTime b = store("b", now + 100);
        write();
        decide(a, new DelayCommand.Reschedule(now + 50, "operator"));
        decide(b, new DelayCommand.Reschedule(now + 7 * HOUR, "operator"));
        assertEquals(now + 50, partition.delays().nextDueEpochMillis());
        write();
        recover();
        assertEquals(now + 50, find(a).orElseThrow().dueEpochMillis(), "by the handle that it was given");
        assertEquals(
                now + 7 * HOUR,
                list.find(b.number(), b.epochMillis()).orElseThrow().dueEpochMillis());
        assertEquals(now + 50, list.ofKey("k", 0, 10).get(0).dueEpochMillis());
        now += 100;
        assertEquals(List.of("a"), takeDue(10));
        decide(b, new DelayCommand.Fire("operator"));
        write();
        assertEquals(List.of("b"), takeDue(10));
        write();
        assertEquals(List.of("a", "b"), visible());
        assertEquals(new TreeMap<>(), list.hours());
    }

    @Test
    void aRescheduleTooFarAheadIsRefused() {
        DueTime a = store("a", now + 100);
        write();
        Outcome<DelayEvent> far = decide(a, new DelayCommand.Reschedule(now + 366L * 24 * HOUR, "operator"));
        String text = far.fold(done -> "", refusal -> refusal.text());
        assertTrue(text.contains("escrow.delay-scheduler.max-delay"), text);
        assertEquals(now + 100, partition.delays().nextDueEpochMillis());
    }

    @Test
    void aMessageThatIsSentAgainWaitsOnce() {
        DueTime a = store("a", now + 100);
        assertEquals(a, store("a", now + 100), "in the same batch");
        write();
        assertEquals(a, store("a", now + 100));
        recover();
        assertEquals(a, store("a", now + 100));
        assertEquals(1, partition.delays().waiting());
    }

    @Test
    void aMessageIsFoundAgainForTenMinutes() {
        DueTime a = store("a", now + HOUR);
        write();
        now += 599_999;
        assertEquals(a, store("a", START + HOUR));
        recover();
        now += 599_999;
        assertEquals(a, store("a", START + HOUR), "as long again after a recovery");
        now += 600_000;
        assertTrue(partition.placeOf(message("a", START + HOUR), now).isEmpty(), "like any other message");
    }

    @Test
    void aCommittedMessageWaitsForItsTime() {
        Half half = new Half(message("a", now + 100), null);
        Half other = new Half(message("b", now + 100), null);
        List<Long> numbers =
                partition.storeHalves(List.of(half, other), "client", true, now).numbers();
        write();
        numbers.forEach(this::commit);
        write();
        assertEquals(List.of(), visible());
        recover();
        assertEquals(2, partition.delays().waiting());
        DueTime b = list.ofId("b", 10).get(0);
        decide(b, recall());
        write();
        now += 100;
        assertEquals(List.of("a"), takeDue(10));
        write();
        assertEquals(List.of("a"), visible());
        assertEquals(Set.of(1L, 2L, 3L, 4L), journal.pins(), "body, commit, recall, due");
        giveUpAll();
        partition.delays().forgetRecalled(Long.MAX_VALUE, 10);
        write();
        assertEquals(Set.of(), journal.pins());
    }

    private void commit(long number) {
        Transaction open = partition.transactions().find(number).orElseThrow();
        partition
                .transactions()
                .decide(
                        open,
                        new TransactionCommand.Resolve(
                                Resolution.COMMIT, org.escrowmq.transaction.Source.CLIENT, "client"),
                        now);
    }

    @Test
    void whatIsGivenUpTwiceIsLetGoOnce() {
        for (int i = 0; i < 4; i++) store("m" + i, now + 1 + i);
        write();
        now += 2;
        takeDue(10);
        write();
        List<BatchRow> rows = stored.storedBefore(Long.MAX_VALUE, Offset.FIRST, 10);
        rows.forEach(partition::remove);
        rows.forEach(partition::remove);
        write();
        assertEquals(Set.of(1L), journal.pins(), "two of its messages wait");
        now += 2;
        takeDue(10);
        write();
        assertEquals(2, visible().size());
    }

    @Test
    void whatIsForgottenIsNotKeptInMemory() {
        DueTime a = store("a", now + 100);
        write();
        decide(a, recall());
        write();
        now += 100 + Recalled.KEPT_MILLIS + 1;
        assertEquals(1, partition.delays().forgetRecalled(now, 10));
        assertTrue(partition.delays().hasChanges());
        write();
        assertEquals(Optional.empty(), partition.delays().recalled(a.number()));
    }

    /** What the retention does once all is too old. */
    private void giveUpAll() {
        List<BatchRow> rows = stored.storedBefore(Long.MAX_VALUE, Offset.FIRST, 10_000);
        rows.forEach(partition::remove);
        if (!rows.isEmpty())
            partition.decide(new QueueCommand.Trim(rows.get(rows.size() - 1).end()), 0);
    }

    /** What a waiting message is to the model. */
    private record Waits(String id, DueTime first, DueTime place) {}

    /** Against a model, with crashes that lose what was not written. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatHappensIsWhatAListOfAllWouldSay(long seed) {
        Random random = new Random(seed);
        TreeMap<DueTime, Waits> waiting = new TreeMap<>();
        TreeMap<DueTime, Waits> durable = new TreeMap<>();
        List<String> seen = new ArrayList<>();
        List<String> seenNow = new ArrayList<>();
        List<String> becoming = new ArrayList<>();
        Set<Long> recalled = new TreeSet<>();
        Set<Long> recalledNow = new TreeSet<>();
        for (int step = 0; step < 800; step++) {
            now += random.nextInt(2_000);
            int choice = random.nextInt(21);
            if (choice < 7) {
                String id = "m" + step;
                DueTime place = store(id, now + 1 + random.nextInt(60_000));
                waiting.put(place, new Waits(id, place, place));
            } else if (choice < 8) {
                String id = "n" + step;
                partition.send(List.of(OutgoingBlob.of(Message.normal(id, ByteBuffer.allocate(3)))), now, 0);
                seenNow.add(id);
            } else if (choice < 10 && !waiting.isEmpty()) {
                Waits one = any(waiting, random);
                assertInstanceOf(Outcome.Done.class, decide(one.first(), recall()));
                waiting.remove(one.place());
                recalledNow.add(one.first().number());
            } else if (choice < 12 && !waiting.isEmpty()) {
                Waits one = any(waiting, random);
                long due = now + random.nextInt(60_000) - 5_000;
                decide(one.first(), new DelayCommand.Reschedule(due, "operator"));
                waiting.remove(one.place());
                DueTime place = new DueTime(due, one.first().number());
                waiting.put(place, new Waits(one.id(), one.first(), place));
            } else if (choice < 15) {
                int limit = 1 + random.nextInt(5);
                List<String> expected = new ArrayList<>();
                while (expected.size() < limit
                        && !waiting.isEmpty()
                        && waiting.firstKey().epochMillis() <= now) {
                    expected.add(waiting.pollFirstEntry().getValue().id());
                }
                assertEquals(expected, takeDue(limit), () -> "seed " + seed);
                becoming.addAll(expected);
            } else if (choice < 16) {
                partition.delays().sweep(1 + random.nextInt(8));
            } else if (choice < 20) {
                seenNow.addAll(becoming);
                becoming.clear();
                if (partition.hasChanges()) write();
                durable = new TreeMap<>(waiting);
                seen = new ArrayList<>(seenNow);
                recalled = new TreeSet<>(recalledNow);
                assertEquals(seen, visible());
                assertEquals(byHour(durable), list.hours());
            } else {
                recover();
                becoming.clear();
                waiting = new TreeMap<>(durable);
                seenNow = new ArrayList<>(seen);
                recalledNow = new TreeSet<>(recalled);
            }
            assertEquals(waiting.size(), partition.delays().waiting());
            assertEquals(
                    waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey().epochMillis(),
                    partition.delays().nextDueEpochMillis());
            assertEquals(
                    waiting.values().stream().map(Waits::id).toList(),
                    partition.delays().from(DueTime.FIRST, 10_000).stream()
                            .map(Delayed::messageId)
                            .toList());
        }
        endsClean(durable, recalled);
    }

    private static Waits any(TreeMap<DueTime, Waits> waiting, Random random) {
        return List.copyOf(waiting.values()).get(random.nextInt(waiting.size()));
    }

    private static SortedMap<Integer, Long> byHour(TreeMap<DueTime, Waits> waiting) {
        SortedMap<Integer, Long> hours = new TreeMap<>(Comparator.naturalOrder());
        waiting.keySet().forEach(place -> hours.merge((int) (place.epochMillis() / HOUR), 1L, Long::sum));
        return hours;
    }

    /** When nothing is left nothing is held. */
    private void endsClean(TreeMap<DueTime, Waits> durable, Set<Long> recalled) {
        recover();
        recalled.forEach(number ->
                assertTrue(partition.delays().recalled(number).isPresent(), "recall of " + number + " is kept"));
        durable.values().forEach(one -> decide(one.first(), recall()));
        giveUpAll();
        write();
        partition.delays().forgetRecalled(Long.MAX_VALUE, 10_000);
        write();
        assertEquals(Set.of(), journal.pins());
        assertEquals(new TreeMap<>(), list.hours());
        while (partition.delays().left() > 0) partition.delays().sweep(100);
        write();
        assertEquals(List.of(), list.rows(DueTime.FIRST, 10));
    }
}
