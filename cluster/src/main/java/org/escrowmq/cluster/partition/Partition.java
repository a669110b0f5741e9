package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DelayDecider;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.StoredBody;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.queue.Decision;
import org.escrowmq.queue.MoveId;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueEvent;
import org.escrowmq.queue.QueueReply;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.queue.QueueState;
import org.escrowmq.transaction.CheckPolicy;
import org.escrowmq.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One queue's whole state, on the <em>tentative</em> side: what it will be once everything sealed so far is durable. Commands
 * are decided one after another; {@link #seal} makes one journal entry of what they led to. Whoever owns the partition keeps
 * the replies back until that entry is durable, and throws the partition away when a write fails.
 */
public final class Partition {
    private final QueueSettings settings;
    private final CacheBudget budget;
    private final MessageCache newest;
    private final MessageCache run;
    private final MessageCache single;
    private final MessageCache halves;
    private final MessageCache soon;
    private final HeldEntries held;
    private final Transactions transactions;
    private final Delays delays;
    private final long keepsSoonMillis;
    private QueueState state;
    private List<QueueEvent> events = new ArrayList<>();
    private List<ByteBuffer> blobs = new ArrayList<>();
    private List<TableOperation> operations = new ArrayList<>();
    private @Nullable Offset firstAppended;
    private long removedTo;
    private long appendedBytes;
    private long bytesTotal;
    private long bytesTrimmed;
    private long oldestStoredEpochMillis = NOTHING_STORED;

    /** What {@link #oldestStoredEpochMillis()} says of a queue without messages. */
    public static final long NOTHING_STORED = Long.MAX_VALUE;

    /**
     * An empty partition that keeps up to {@code cacheBytesMax} of its newest messages in memory, as much of those that are not committed
     * yet, what {@code waits} says of those whose time comes, and one run read ahead. {@code upSinceEpochMillis}: when the node started.
     * {@code tables}: where its transactions and waiting messages are.
     */
    public Partition(
            QueueSettings settings,
            long cacheBytesMax,
            CacheBudget budget,
            QueueTables tables,
            CheckPolicy checks,
            DelayPolicy waits,
            long upSinceEpochMillis) {
        this.settings = settings;
        this.budget = budget;
        this.newest = new MessageCache(cacheBytesMax, budget);
        this.run = new MessageCache(Long.MAX_VALUE, budget);
        this.single = new MessageCache(Long.MAX_VALUE, budget);
        this.halves = new MessageCache(cacheBytesMax, budget);
        this.state = new QueueState(settings, budget);
        this.soon = new MessageCache(waits.readAheadBytesMax(), budget);
        this.held = new HeldEntries(tables, this::change);
        this.transactions = new Transactions(tables, checks, upSinceEpochMillis, held);
        this.delays = new Delays(tables, new DelayDecider(waits.maxDelay()), settings, budget, held, this::change);
        this.keepsSoonMillis = waits.readAhead().toMillis();
    }

    /** Recovery: takes the state of a snapshot. */
    public void restore(ByteBuffer snapshot, long nowMillis) {
        state.letIdsGo();
        state = QueueState.restore(settings, budget, snapshot, nowMillis);
    }

    /** Recovery: applies the head of a journal entry. */
    public void replay(ByteBuffer head, long nowMillis) {
        for (QueueEvent event : PartitionHead.decode(head).queue()) state.apply(event, nowMillis);
    }

    /** The state, for questions. Nobody but this class changes it. */
    public QueueState state() {
        return state;
    }

    /** Recovery: everything was replayed. */
    public void recovered() {
        transactions.recovered();
        delays.recovered();
    }

    /** The transactions. */
    public Transactions transactions() {
        return transactions;
    }

    /**
     * What came of storing transactional messages.
     *
     * @param numbers of the transaction of each, in order
     * @param added those that were not stored before
     * @param repeated the others
     */
    public record StoredHalves(List<Long> numbers, List<OutgoingBlob> added, List<OutgoingBlob> repeated) {}

    /**
     * Stores transactional messages; none of them is visible.
     *
     * @param once whether a message that has a transaction already is not stored again
     */
    public StoredHalves storeHalves(List<Half> halves, String sender, boolean once, long nowEpochMillis) {
        StoredHalves stored = new StoredHalves(new ArrayList<>(halves.size()), new ArrayList<>(), new ArrayList<>());
        for (Half half : halves) {
            Optional<Transaction> known = once ? transactions.ofMessage(half.message()) : Optional.empty();
            (known.isPresent() ? stored.repeated() : stored.added()).add(half.message());
            stored.numbers()
                    .add(known.orElseGet(() -> store(half, sender, nowEpochMillis))
                            .number());
        }
        trimCaches();
        return stored;
    }

    private Transaction store(Half half, String sender, long nowEpochMillis) {
        Transaction stored = transactions.store(half, sender, nowEpochMillis);
        halves.put(
                stored.number(),
                new StoredBlob(
                        half.message().blob(),
                        nowEpochMillis,
                        half.message().incoming().groupHash()));
        return stored;
    }

    /** The messages that wait for their time. */
    public Delays delays() {
        return delays;
    }

    /** Stores a message whose time lies ahead, whatever its id; answers where it waits. */
    public DueTime storeWaiting(OutgoingBlob message, long nowEpochMillis) {
        DueTime place = delays.store(message, nowEpochMillis);
        if (message.dueEpochMillis() - nowEpochMillis <= keepsSoonMillis) rememberSoon(place.number(), message.blob());
        return place;
    }

    /** Where a message with this id waits, or waited before it was recalled, if it was stored within the time in which repeated ones are found. */
    public Optional<DueTime> placeOf(OutgoingBlob message, long nowEpochMillis) {
        return delays.ofMessage(message, nowEpochMillis);
    }

    /** Keeps the body of a message that is due soon, if there is room. */
    public void rememberSoon(long number, ByteBuffer body) {
        if (soon.hasRoomFor(body.remaining())) soon.put(number, StoredBlob.of(body, 0));
    }

    /** Bytes of bodies that may be read ahead now. */
    public long roomForSoon() {
        return soon.room();
    }

    /** Whether the body of a waiting message is in memory. */
    public boolean remembersSoon(long number) {
        return soon.get(number) != null;
    }

    /** Decides on a message that waits. */
    public Outcome<DelayEvent> decide(Delayed waiting, DelayCommand command, long epochMillis) {
        Outcome<DelayEvent> decision = delays.decide(waiting, command, epochMillis);
        boolean recalled = decision.fold(event -> event instanceof DelayEvent.Recalled, refusal -> false);
        if (!recalled) return decision;
        soon.remove(waiting.number());
        if (waiting.isOfTransaction()) transactions.gone(waiting.transaction());
        else if (waiting.body().sequenceNumber() != 0) held.letGo(waiting.body().sequenceNumber(), 1);
        return decision;
    }

    /** Makes messages visible that are due, in the order of their times, at most {@code limit}; answers which. */
    public List<Delayed> takeDue(long epochMillis, int limit) {
        return delays.takeDue(epochMillis, limit);
    }

    /** Decides a command and applies its events to the tentative state. */
    public QueueReply decide(QueueCommand command, long nowMillis) {
        Decision decision = state.decide(command, nowMillis);
        for (QueueEvent event : decision.events()) {
            state.apply(event, nowMillis);
            events.add(event);
        }
        return decision.reply();
    }

    /** Appends messages as one unit. {@code storedEpochMillis} must not differ within a batch. */
    public QueueReply append(List<OutgoingBlob> messages, long storedEpochMillis, long nowMillis) {
        List<QueueCommand.Incoming> incoming = new ArrayList<>(messages.size());
        for (OutgoingBlob message : messages) incoming.add(message.incoming());
        QueueReply reply = decide(new QueueCommand.Append(incoming, storedEpochMillis), nowMillis);
        if (reply instanceof QueueReply.Appended appended) keep(messages, appended.first(), storedEpochMillis);
        return reply;
    }

    /** Appends all messages of a send, whatever their ids. */
    public SendResult.Placed send(List<OutgoingBlob> messages, long storedEpochMillis, long nowMillis) {
        Offset first = state.next();
        append(messages, storedEpochMillis, nowMillis);
        return new SendResult.Placed(offsetsFrom(first, messages.size()), messages, List.of());
    }

    /**
     * Appends those messages of a send that are not stored already.
     *
     * @param idsRead the ids of messages that an earlier call found {@link SendResult.Unconfirmed}; empty for those that are gone
     */
    public SendResult sendOnce(
            List<OutgoingBlob> messages, Map<Offset, String> idsRead, long storedEpochMillis, long nowMillis) {
        if (messages.size() > 1 && Repeats.mayHaveTwins(messages)) {
            Repeats.Distinct distinct = new Repeats.Distinct(messages);
            return distinct.expand(sendDistinct(distinct.firsts(), idsRead, storedEpochMillis, nowMillis));
        }
        return sendDistinct(messages, idsRead, storedEpochMillis, nowMillis);
    }

    /** Appends a message that another queue moves here, unless this move did so before; answers where it is. */
    public Offset takeIn(MoveId id, OutgoingBlob message, long storedEpochMillis, long nowMillis) {
        Offset next = state.next();
        QueueReply reply = decide(new QueueCommand.TakeIn(id, message.incoming(), storedEpochMillis), nowMillis);
        Offset offset = ((QueueReply.Appended) reply).first();
        if (offset.equals(next)) keep(List.of(message), offset, storedEpochMillis);
        return offset;
    }

    private SendResult sendDistinct(
            List<OutgoingBlob> messages, Map<Offset, String> idsRead, long storedEpochMillis, long nowMillis) {
        Repeats repeats = new Repeats(this, messages, idsRead, storedEpochMillis);
        if (!repeats.unconfirmed().isEmpty()) return new SendResult.Unconfirmed(repeats.unconfirmed());
        if (repeats.isNone()) return send(messages, storedEpochMillis, nowMillis);
        Offset first = state.next();
        if (!repeats.others().isEmpty()) append(repeats.others(), storedEpochMillis, nowMillis);
        return repeats.placed(first);
    }

    private static List<Offset> offsetsFrom(Offset first, int count) {
        if (count == 1) return List.of(first);
        List<Offset> offsets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) offsets.add(first.plus(i));
        return offsets;
    }

    private void keep(List<OutgoingBlob> messages, Offset first, long storedEpochMillis) {
        if (firstAppended == null) firstAppended = first;
        if (oldestStoredEpochMillis == NOTHING_STORED) oldestStoredEpochMillis = storedEpochMillis;
        long offset = first.value();
        for (OutgoingBlob message : messages) {
            blobs.add(message.blob());
            appendedBytes += message.bytes();
            newest.put(
                    offset,
                    new StoredBlob(
                            message.blob(),
                            storedEpochMillis,
                            message.incoming().groupHash()));
            List<Long> keys = message.keys().isEmpty()
                    ? List.of()
                    : message.keys().stream().map(Fingerprint::of).toList();
            index(keys, message.incoming().fingerprint(), offset, storedEpochMillis);
            offset++;
        }
        trimCaches();
    }

    private void trimCaches() {
        newest.trim();
        halves.trim();
        soon.trim();
    }

    private void index(List<Long> keys, long id, long offset, long storedEpochMillis) {
        if (keys.isEmpty()) return;
        int hour = PartitionTables.hourOf(storedEpochMillis);
        byte[] nothing = new byte[0];
        for (long key : keys) {
            operations.add(new TableOperation.Put(
                    PartitionTables.KEYS, PartitionTables.searchKey(hour, key, offset), nothing));
        }
        operations.add(
                new TableOperation.Put(PartitionTables.IDS, PartitionTables.searchKey(hour, id, offset), nothing));
    }

    /** Adds a table change to the batch. */
    public void change(TableOperation operation) {
        operations.add(operation);
    }

    /** Whether there is anything to write. */
    public boolean hasChanges() {
        return !events.isEmpty() || !operations.isEmpty() || transactions.hasChanges() || delays.hasChanges();
    }

    /**
     * Makes one entry of what was decided since the last call; {@code sequenceNumber} is the one it will have. Messages of transactions
     * that were committed become visible after those that were sent, and those that are due after these.
     */
    public JournalEntry seal(long sequenceNumber, long storedEpochMillis, long nowMillis, RetentionClass retention) {
        return seal(sequenceNumber, storedEpochMillis, nowMillis, retention, () -> {});
    }

    /** The same; {@code settled} runs when everything is decided and may still {@link #change} tables. */
    public JournalEntry seal(
            long sequenceNumber, long storedEpochMillis, long nowMillis, RetentionClass retention, Runnable settled) {
        if (firstAppended != null) {
            BatchRow row = new BatchRow(
                    firstAppended.value(), sequenceNumber, blobs.size(), storedEpochMillis, appendedBytes, bytesTotal);
            operations.add(row.put());
            bytesTotal = row.bytesAfter();
        }
        int wanted = 0;
        if (transactions.hasChanges()) wanted += sealTransactions(sequenceNumber, storedEpochMillis, nowMillis);
        if (delays.hasChanges()) wanted += sealDelays(sequenceNumber, storedEpochMillis, nowMillis);
        if (wanted > 0) held.hold(sequenceNumber, wanted);
        held.seal(sequenceNumber);
        settled.run();
        JournalEntry entry = new JournalEntry(
                new PartitionHead(events, transactions.takeEvents(), delays.takeEvents()).encode(),
                blobs,
                operations,
                blobs.isEmpty() ? RetentionClass.STATE : retention);
        events = new ArrayList<>();
        blobs = new ArrayList<>();
        operations = new ArrayList<>();
        firstAppended = null;
        appendedBytes = 0;
        return entry;
    }

    private int sealTransactions(long sequenceNumber, long storedEpochMillis, long nowMillis) {
        List<ByteBuffer> bodies = transactions.newBodies();
        int wanted = transactions.seal(sequenceNumber, blobs.size(), new Transactions.Outcome() {
            @Override
            public @Nullable Offset appear(Transaction committed) {
                long from = committed.visibleFromEpochMillis();
                boolean inItsOrder = from != 0 && committed.body().groupHash() != 0 && delays.wouldOvertake(from);
                if (from <= storedEpochMillis && !inItsOrder) {
                    return Partition.this.appear(committed, storedEpochMillis, nowMillis);
                }
                delays.store(
                        committed.messageId(),
                        committed.body(),
                        committed.number(),
                        committed.visibleFromEpochMillis(),
                        storedEpochMillis);
                Partition.this.halves.remove(committed.number());
                return null;
            }

            @Override
            public void vanish(Transaction rolledBack) {
                halves.remove(rolledBack.number());
            }
        });
        operations.addAll(transactions.takeOperations());
        blobs.addAll(bodies);
        return wanted;
    }

    private int sealDelays(long sequenceNumber, long storedEpochMillis, long nowMillis) {
        List<ByteBuffer> bodies = delays.newBodies();
        int wanted = delays.seal(
                sequenceNumber, blobs.size(), due -> appear(due, sequenceNumber, storedEpochMillis, nowMillis));
        blobs.addAll(bodies);
        return wanted;
    }

    /** Gives messages that are due their offsets, and leads to where they lie; those of no transaction have one row together. */
    private Delays.Appeared appear(List<Delayed> due, long sequenceNumber, long storedEpochMillis, long nowMillis) {
        List<QueueCommand.Incoming> incoming = new ArrayList<>(due.size());
        for (Delayed message : due) {
            StoredBody body = message.body();
            incoming.add(new QueueCommand.Incoming(body.fingerprint(), body.groupHash(), body.bytes()));
        }
        QueueReply reply = decide(new QueueCommand.Append(incoming, storedEpochMillis), nowMillis);
        Offset first = ((QueueReply.Appended) reply).first();
        int rows = 0;
        int from = 0;
        while (from < due.size()) {
            int to = from + 1;
            while (to < due.size() && haveOneRow(due.get(to - 1), due.get(to))) to++;
            putRow(due.subList(from, to), first.plus(from), sequenceNumber, storedEpochMillis);
            rows++;
            from = to;
        }
        if (oldestStoredEpochMillis == NOTHING_STORED) oldestStoredEpochMillis = storedEpochMillis;
        long offset = first.value();
        for (Delayed message : due) {
            index(message.body().keys(), message.body().fingerprint(), offset, storedEpochMillis);
            StoredBlob body = soon.remove(message.number());
            if (body != null) newest.put(offset, new StoredBlob(body.blob(), storedEpochMillis, body.groupHash()));
            offset++;
        }
        trimCaches();
        return new Delays.Appeared(first, rows);
    }

    private static boolean haveOneRow(Delayed one, Delayed next) {
        return !one.isOfTransaction() && !next.isOfTransaction();
    }

    private void putRow(List<Delayed> messages, Offset first, long sequenceNumber, long storedEpochMillis) {
        long bytes = 0;
        for (Delayed message : messages) bytes += message.body().bytes();
        BatchRow row = new BatchRow(
                first.value(),
                runs(messages),
                messages.size(),
                storedEpochMillis,
                bytes,
                bytesTotal,
                messages.get(0).transaction(),
                sequenceNumber);
        operations.add(row.put());
        bytesTotal = row.bytesAfter();
    }

    private static List<BatchRow.Run> runs(List<Delayed> messages) {
        List<BatchRow.Run> runs = new ArrayList<>();
        for (Delayed message : messages) {
            StoredBody body = message.body();
            BatchRow.Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.isFollowedBy(body.sequenceNumber(), body.index())) {
                runs.set(runs.size() - 1, last.longer());
            } else {
                runs.add(new BatchRow.Run(body.sequenceNumber(), body.index(), 1));
            }
        }
        return runs;
    }

    /** Gives the message of a committed transaction an offset, whose row leads to where the message lies. */
    private Offset appear(Transaction committed, long storedEpochMillis, long nowMillis) {
        StoredBody body = committed.body();
        QueueCommand.Incoming incoming = new QueueCommand.Incoming(body.fingerprint(), body.groupHash(), body.bytes());
        QueueReply reply = decide(new QueueCommand.Append(List.of(incoming), storedEpochMillis), nowMillis);
        Offset offset = ((QueueReply.Appended) reply).first();
        BatchRow row = new BatchRow(
                offset.value(),
                List.of(new BatchRow.Run(body.sequenceNumber(), body.index(), 1)),
                1,
                storedEpochMillis,
                body.bytes(),
                bytesTotal,
                committed.number(),
                0);
        operations.add(row.put());
        bytesTotal = row.bytesAfter();
        if (oldestStoredEpochMillis == NOTHING_STORED) oldestStoredEpochMillis = storedEpochMillis;
        index(body.keys(), body.fingerprint(), offset.value(), storedEpochMillis);
        StoredBlob half = halves.remove(committed.number());
        if (half != null) {
            newest.put(offset.value(), new StoredBlob(half.blob(), storedEpochMillis, half.groupHash()));
            trimCaches();
        }
        return offset;
    }

    /** Removes the row of messages that were given up; once, whoever still sees it. Rows go in the order of their offsets. */
    public void remove(BatchRow gone) {
        if (gone.firstOffset() < removedTo) return;
        removedTo = gone.end().value();
        operations.add(gone.removal());
        if (gone.hasWaited()) held.letGo(gone.dueIn(), 1);
        if (gone.isOfTransaction()) transactions.gone(gone.transaction());
        else if (gone.hasWaited()) gone.runs().forEach(run -> held.letGo(run.sequenceNumber(), run.count()));
    }

    /** The entries up to this one are durable. */
    public void durable(long sequenceNumber) {
        transactions.durable(sequenceNumber);
        delays.durable(sequenceNumber);
        held.durable(sequenceNumber);
    }

    /** The message at an offset, when it is in memory. */
    public @Nullable StoredBlob cached(Offset offset) {
        StoredBlob message = newest.get(offset.value());
        if (message == null) message = run.get(offset.value());
        return message != null ? message : single.get(offset.value());
    }

    /** Keeps a run of messages that was read from the store, in place of the one before it. */
    public void rememberRun(Map<Offset, StoredBlob> messages) {
        keep(messages, run);
    }

    /** Keeps messages that were read one by one from the store, in place of those before them. */
    public void rememberSingle(Map<Offset, StoredBlob> messages) {
        keep(messages, single);
    }

    private static void keep(Map<Offset, StoredBlob> messages, MessageCache cache) {
        cache.clear();
        messages.forEach((offset, message) -> cache.put(offset.value(), message));
    }

    /** Lets go of the messages in memory. */
    public void forget() {
        run.clear();
        single.clear();
        newest.clear();
        halves.clear();
        soon.clear();
    }

    /** The queue goes to sleep: gives back all that it has of the node's budget. */
    public void end() {
        forget();
        state.letIdsGo();
        delays.letIdsGo();
    }

    /** When the oldest message that is still stored was stored, or {@link #NOTHING_STORED}. */
    public long oldestStoredEpochMillis() {
        return oldestStoredEpochMillis;
    }

    /** Bytes of the messages that are still stored. */
    public long storedBytes() {
        return bytesTotal - bytesTrimmed;
    }

    /**
     * After a trim up to {@code last}: the oldest batch after it that the tables have. Where they have none there may still be
     * messages on their way to the disk; those are taken as stored {@code nowEpochMillis}, which is at most a moment late.
     */
    public void trimmed(BatchRow last, Optional<BatchRow> oldest, long nowEpochMillis) {
        boolean more = state.next().compareTo(last.end()) > 0;
        oldestStoredEpochMillis =
                oldest.map(BatchRow::storedEpochMillis).orElse(more ? nowEpochMillis : NOTHING_STORED);
        bytesTrimmed = last.bytesAfter();
    }

    /** After recovery: the oldest batch that is still stored, if there is one. */
    public void oldest(Optional<BatchRow> batch) {
        oldestStoredEpochMillis = batch.map(BatchRow::storedEpochMillis).orElse(NOTHING_STORED);
        bytesTrimmed = batch.map(BatchRow::bytesBefore).orElse(bytesTotal);
    }

    /** After recovery: the newest batch that is still stored, if there is one. */
    public void newest(Optional<BatchRow> batch) {
        bytesTotal = batch.map(BatchRow::bytesAfter).orElse(0L);
    }
}
