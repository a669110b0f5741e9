package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.transaction.CheckPolicy;
import org.escrowmq.transaction.Resolution;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.escrowmq.transaction.TransactionReply;
import org.escrowmq.transaction.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactional messages of a queue, over a journal in memory. */
class TransactionsTest {
    private static final long START = 1_000_000_000;

    private final MemoryJournal journal = new MemoryJournal();
    private final StoredMessages stored = new StoredMessages(journal, MemoryJournal.ID);
    private Partition partition = journal.partition(new CacheBudget(1 << 30));
    private long sequenceNumber;

    private static Half half(String id, String... keys) {
        return new Half(
                OutgoingBlob.of(new Message(
                        id,
                        MessageType.TRANSACTION,
                        null,
                        List.of(keys),
                        Map.of(),
                        BodyEncoding.IDENTITY,
                        ByteBuffer.wrap(id.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        1,
                        "h",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null)),
                null);
    }

    private long store(String id, String... keys) {
        return partition
                .storeHalves(List.of(half(id, keys)), "client", true, START)
                .numbers()
                .get(0);
    }

    private TransactionReply resolve(long number, Resolution resolution) {
        return partition
                .transactions()
                .decide(
                        partition.transactions().find(number).orElseThrow(),
                        new TransactionCommand.Resolve(resolution, Source.CLIENT, "client"),
                        START);
    }

    private JournalEntry seal() {
        return partition.seal(++sequenceNumber, START, 0, RetentionClass.DAY);
    }

    private void write() {
        journal.apply(sequenceNumber + 1, seal());
        partition.durable(sequenceNumber);
    }

    /** What an actor does that comes up after a crash. */
    private void recover() {
        partition = journal.partition(new CacheBudget(1 << 30));
        journal.heads().forEach(head -> partition.replay(head, 0));
        partition.newest(stored.newest());
        partition.oldest(stored.oldest(partition.state().first()));
        partition.recovered();
    }

    private TransactionState state(long number) {
        return partition.transactions().find(number).orElseThrow().state();
    }

    private List<String> visible() {
        return stored.range(Offset.FIRST, 10_000, Long.MAX_VALUE).toCompletableFuture().join().values().stream()
                .map(blob -> MessageCodec.idOf(blob.blob()))
                .toList();
    }

    private static Message normal(String id) {
        return Message.normal(id, ByteBuffer.allocate(3));
    }

    @Test
    void aHalfMessageHasNoOffsetAndACommittedOneComesAfterWhatWasSent() {
        long a = store("a", "k");
        partition.send(List.of(OutgoingBlob.of(normal("x"))), START, 0);
        write();
        assertEquals(List.of("x"), visible());
        assertEquals(1, partition.transactions().open());
        assertEquals(Set.of(1L), journal.pins());
        assertEquals(List.of(), stored.offsetsOfKey("k", 10));

        assertInstanceOf(TransactionReply.Ok.class, resolve(a, Resolution.COMMIT));
        partition.send(List.of(OutgoingBlob.of(normal("y"))), START, 0);
        write();
        assertEquals(List.of("x", "y", "a"), visible());
        assertEquals(0, partition.transactions().open());
        assertEquals(
                new Offset(2),
                partition.transactions().find(a).orElseThrow().since().offset());
        assertEquals(List.of(2L), stored.offsetsOfKey("k", 10));
        assertEquals(
                Set.of(1L, 2L),
                journal.pins(),
                "the only copy of the body is in the first entry, the decision in the second");
        recover();
        assertEquals(TransactionState.COMMITTED, state(a));
        assertEquals(new Offset(3), partition.state().next());
    }

    @Test
    void aBodyIsLetGoWhenItsMessageIsRolledBackOrGivenUp() {
        long a = store("a");
        long b = store("b");
        write();
        resolve(a, Resolution.ROLLBACK);
        resolve(b, Resolution.COMMIT);
        write();
        assertEquals(Set.of(1L, 2L), journal.pins(), "b is still there, and so are both decisions");
        journal.trimTo(2);
        assertEquals(List.of("b"), visible(), "what is pinned survives the trim");

        BatchRow row = stored.newest().orElseThrow();
        assertEquals(b, row.transaction());
        partition.decide(new QueueCommand.Trim(row.end()), 0);
        partition.remove(row);
        write();
        assertEquals(Set.of(2L), journal.pins(), "the decision on a is still wanted");
        assertEquals(List.of(), visible());
        assertEquals(Optional.empty(), partition.transactions().find(b));
        assertEquals(TransactionState.ROLLED_BACK, state(a), "kept for the retention");
        assertEquals(0, partition.transactions().forgetRolledBack(START, 10));
        assertEquals(1, partition.transactions().forgetRolledBack(START + 1, 10));
        write();
        assertEquals(Optional.empty(), partition.transactions().find(a));
        assertEquals(Set.of(), journal.pins());
    }

    @Test
    void aMessageThatIsSentAgainHasTheTransactionThatItHad() {
        long a = store("a");
        assertEquals(a, store("a"), "in the same batch");
        seal();
        assertEquals(a, store("a"), "on its way to the disk");
        assertEquals(1, partition.transactions().open());
        partition = journal.partition(new CacheBudget(1 << 30));
        sequenceNumber = 0;
        long again = store("a");
        write();
        recover();
        assertEquals(again, store("a"), "after a restart");
        resolve(again, Resolution.ROLLBACK);
        write();
        assertEquals(again, store("a"), "decided");
        assertTrue(
                partition
                                .storeHalves(List.of(half("a")), "c", false, START)
                                .numbers()
                                .get(0)
                        > again,
                "unless it may come twice");
    }

    @Test
    void checksComeInTheirOrderAndThoseThatAreOpenForTooLongAreFound() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) numbers.add(store("m" + i));
        write();
        long due = START + CheckPolicy.STANDARD.immunityMillis();
        Transactions transactions = partition.transactions();
        assertEquals(List.of(), transactions.due(due - 1, 10, Set.of()));
        assertEquals(due, transactions.nextCheckEpochMillis());
        Set<Long> asked = new TreeSet<>();
        while (true) {
            List<Transaction> page = partition.transactions().due(due, 100, Set.of());
            if (page.isEmpty()) break;
            for (Transaction one : page) {
                assertTrue(asked.add(one.number()));
                partition.transactions().decide(one, new TransactionCommand.Checked("c"), due);
            }
            write();
            if (asked.size() == 1_500) recover();
        }
        assertEquals(new TreeSet<>(numbers), asked);
        assertEquals(
                due + CheckPolicy.STANDARD.intervalMillis(),
                partition.transactions().nextCheckEpochMillis());
        long end = START + CheckPolicy.STANDARD.maxOpenMillis();
        assertEquals(List.of(), partition.transactions().overdue(end - 1));
        assertEquals(256, partition.transactions().overdue(end).size());
    }

    @Test
    void theOldestOpenOneIsFoundWhateverWasDecidedBeforeIt() {
        TransactionList list = new TransactionList(new QueueTables(journal, MemoryJournal.ID));
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) numbers.add(store("m" + i));
        write();
        assertEquals(new TransactionTotals(12_000, 0, START), list.totals());
        for (int i = 0; i < 11_000; i++) resolve(numbers.get(i), Resolution.ROLLBACK);
        write();
        write(
                partition.transactions().find(numbers.get(11_999)).orElseThrow(),
                new TransactionCommand.Park(Source.SERVER, ""));
        assertEquals(
                numbers.get(11_000),
                list.from(TransactionState.OPEN, 0, 1).get(0).number());
        recover();
        for (int i = 11_000; i < 11_999; i++) resolve(numbers.get(i), Resolution.COMMIT);
        write();
        assertEquals(new TransactionTotals(0, 1, TransactionTotals.NEVER), list.totals());
        write(partition.transactions().find(numbers.get(11_999)).orElseThrow(), new TransactionCommand.Unpark(""));
        recover();
        assertEquals(new TransactionTotals(1, 0, START), list.totals());
        assertEquals(
                1, partition.transactions().due(START, 10, Set.of()).size(), "an unparked one is asked about at once");
    }

    private void write(Transaction now, TransactionCommand command) {
        partition.transactions().decide(now, command, START);
        write();
    }

    /** Against a model, with crashes that lose what was not written. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatHappensIsWhatAListOfAllWouldSay(long seed) {
        Random random = new Random(seed);
        Map<Long, TransactionState> durable = new TreeMap<>();
        Map<Long, TransactionState> now = new TreeMap<>();
        Map<Long, String> ids = new HashMap<>();
        List<String> seen = new ArrayList<>();
        List<String> seenNow = new ArrayList<>();
        List<String> committing = new ArrayList<>();
        for (int step = 0; step < 600; step++) {
            int choice = random.nextInt(20);
            if (choice < 5) {
                String id = "m" + step;
                long number = store(id);
                now.put(number, TransactionState.OPEN);
                ids.put(number, id);
            } else if (choice < 7) {
                String id = "n" + step;
                partition.send(List.of(OutgoingBlob.of(normal(id))), START, 0);
                seenNow.add(id);
            } else if (choice < 13 && !now.isEmpty()) {
                List<Long> all = List.copyOf(now.keySet());
                long number = all.get(random.nextInt(all.size()));
                Resolution resolution = Resolution.values()[random.nextInt(2)];
                TransactionState before = now.get(number);
                boolean ok = resolve(number, resolution) instanceof TransactionReply.Ok;
                assertEquals(before == TransactionState.OPEN || before == resolution.leadsTo(), ok);
                if (before == TransactionState.OPEN) {
                    now.put(number, resolution.leadsTo());
                    if (resolution == Resolution.COMMIT) committing.add(ids.get(number));
                }
            } else if (choice < 18) {
                seenNow.addAll(committing);
                committing.clear();
                if (partition.hasChanges()) write();
                durable = new TreeMap<>(now);
                seen = new ArrayList<>(seenNow);
            } else if (choice == 18) {
                recover();
                committing.clear();
                now = new TreeMap<>(durable);
                seenNow = new ArrayList<>(seen);
            }
            Map<Long, TransactionState> found = new TreeMap<>();
            for (long number : now.keySet()) found.put(number, state(number));
            assertEquals(now, found, () -> "seed " + seed);
            assertEquals(
                    now.values().stream().filter(TransactionState.OPEN::equals).count(),
                    partition.transactions().open());
            if (choice >= 13) assertEquals(seen, visible());
        }
        Set<Long> held = new TreeSet<>();
        recover();
        durable.forEach((number, state) -> {
            Transaction transaction = partition.transactions().find(number).orElseThrow();
            if (state != TransactionState.ROLLED_BACK)
                held.add(transaction.body().sequenceNumber());
            if (state.isDecided()) held.add(transaction.decidedIn());
        });
        assertEquals(held, new TreeSet<>(journal.pins()));
    }
}
