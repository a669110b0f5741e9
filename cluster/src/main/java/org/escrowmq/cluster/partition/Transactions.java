package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.escrowmq.model.Offset;
import org.escrowmq.model.StoredBody;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.transaction.CheckHorizon;
import org.escrowmq.transaction.CheckPolicy;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.escrowmq.transaction.TransactionDecider;
import org.escrowmq.transaction.TransactionDecision;
import org.escrowmq.transaction.TransactionEvent;
import org.escrowmq.transaction.TransactionReply;
import org.escrowmq.transaction.TransactionRow;
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a queue, on the tentative side. Their rows are in the tables, however many there are; here are only the changes
 * that are not durable yet and the checks that come next. Part of a {@link Partition}, which gives committed messages their offsets.
 *
 * <pre>
 *   open:       row in OPEN or PARKED, body pinned in its entry, no offset
 *   committed:  row in DECIDED, body pinned, an offset whose row leads to the body; both go with the retention of the offset
 *   rolled back: row in DECIDED for as long as the retention, body let go at once
 * </pre>
 *
 * An entry that decides is pinned as long as the row of what it decided.
 */
public final class Transactions {
    /** Checks that are kept in memory. */
    private static final int HORIZON = 1_024;

    /** Rows that are looked at for transactions which are open for too long. */
    private static final int OLDEST_LOOKED_AT = 256;

    /** So many may be decided or parked until it is looked again which is the oldest open one. */
    private static final int CLOSED_BEFORE_LOOK = 10_000;

    private final QueueTables tables;
    private final TransactionList durable;
    private final CheckPolicy policy;
    private final TransactionDecider decider;
    private final CheckHorizon horizon = new CheckHorizon(HORIZON);
    private final Tentative<Long, Transaction> rows = new Tentative<>();
    private final Tentative<Long, List<Long>> newIds = new Tentative<>();
    private final HeldEntries held;

    private final Map<Long, OutgoingBlob> newHalves = new LinkedHashMap<>();
    private final Map<Long, Transaction> before = new LinkedHashMap<>();
    private List<TransactionEvent> events = new ArrayList<>();
    private List<TableOperation> operations = new ArrayList<>();
    private long nextNumber;
    private long overdueFromEpochMillis;
    private long oldestRolledBackEpochMillis = Long.MAX_VALUE;
    private long open;
    private long parked;
    private long openFrom;
    private long checksFromEpochMillis;
    private int closedSinceLook;

    Transactions(QueueTables tables, CheckPolicy policy, long upSinceEpochMillis, HeldEntries held) {
        this.tables = tables;
        this.durable = new TransactionList(tables);
        this.held = held;
        this.policy = policy;
        this.decider = new TransactionDecider(policy, upSinceEpochMillis);
    }

    /** Recovery: takes over what the tables say. */
    void recovered() {
        TransactionCounts counts = TransactionCounts.read(tables);
        nextNumber = counts.next();
        open = counts.open();
        parked = counts.parked();
        openFrom = counts.openFrom();
        checksFromEpochMillis = counts.checksFromEpochMillis();
        if (nextNumber > 0) oldestRolledBackEpochMillis = firstRolledBack();
    }

    private long firstRolledBack() {
        List<TableReader.Row> first = tables.scan(TransactionTables.ROLLED_BACK, new byte[16], 1);
        return first.isEmpty()
                ? Long.MAX_VALUE
                : ByteBuffer.wrap(first.get(0).key()).getLong();
    }

    /** When the oldest of those was decided that were rolled back and are kept; Long.MAX_VALUE for none. Never too late. */
    public long oldestRolledBackEpochMillis() {
        return oldestRolledBackEpochMillis;
    }

    /** How many are open. */
    public long open() {
        return open;
    }

    /** A transaction by its number; empty for one that never was or is forgotten. */
    public Optional<Transaction> find(long number) {
        Optional<Transaction> changed = rows.changed(number);
        if (changed != null) return changed;
        return durable.find(number);
    }

    /** One that this batch stores or changes, as it will be. */
    private Transaction now(long number) {
        return find(number).orElseThrow();
    }

    /** The transaction of a message with this id, whatever became of it. */
    Optional<Transaction> ofMessage(OutgoingBlob message) {
        long fingerprint = message.incoming().fingerprint();
        List<Long> numbers = new ArrayList<>();
        Optional<List<Long>> changed = newIds.changed(fingerprint);
        if (changed != null) changed.ifPresent(numbers::addAll);
        byte[] from = TransactionTables.key(fingerprint, 0);
        for (TableReader.Row row : tables.scan(TransactionTables.HALF_IDS, from, 4)) {
            ByteBuffer key = ByteBuffer.wrap(row.key());
            if (key.getLong() != fingerprint) break;
            numbers.add(key.getLong());
        }
        for (long number : numbers) {
            Optional<Transaction> found = find(number);
            if (found.isPresent() && found.get().messageId().equals(message.id())) return found;
        }
        return Optional.empty();
    }

    /** Stores a message as a transaction of its own. */
    Transaction store(Half half, String sender, long nowEpochMillis) {
        OutgoingBlob message = half.message();
        List<Long> keys = message.keys().stream().map(Fingerprint::of).toList();
        Transaction stored = new Transaction(
                nextNumber++,
                message.id(),
                new StoredBody(
                        0,
                        0,
                        message.bytes(),
                        message.incoming().fingerprint(),
                        message.incoming().groupHash(),
                        keys),
                sender,
                nowEpochMillis,
                TransactionState.OPEN,
                new Transaction.Change(nowEpochMillis, Source.CLIENT, sender, null),
                0,
                0,
                decider.firstCheck(nowEpochMillis, half.recoverAfterMillis()),
                message.dueEpochMillis(),
                null);
        newHalves.put(stored.number(), message);
        rows.put(stored.number(), stored);
        remember(message.incoming().fingerprint(), stored.number());
        events.add(new TransactionEvent.Stored(
                stored.number(), stored.messageId(), sender, stored.nextCheckEpochMillis()));
        plan(stored);
        open++;
        return stored;
    }

    private void remember(long fingerprint, long number) {
        Optional<List<Long>> known = newIds.changed(fingerprint);
        List<Long> numbers = new ArrayList<>(known == null ? List.of() : known.orElse(List.of()));
        numbers.add(number);
        newIds.put(fingerprint, numbers);
    }

    /** Decides a command on a transaction as it stands, and applies what comes of it. */
    public TransactionReply decide(Transaction now, TransactionCommand command, long epochMillis) {
        TransactionDecision decision = decider.decide(now, command, epochMillis);
        Transaction changed = now;
        for (TransactionEvent event : decision.events()) {
            changed = changed.after(event);
            events.add(event);
        }
        if (!decision.events().isEmpty()) change(now, changed);
        return decision.reply();
    }

    private void change(Transaction from, Transaction to) {
        before.putIfAbsent(from.number(), from);
        rows.put(to.number(), to);
        horizon.forget(to.number());
        if (to.state() == TransactionState.OPEN) {
            plan(to);
            openFrom = Math.min(openFrom, to.number());
        }
        count(from.state(), -1);
        count(to.state(), 1);
    }

    private void count(TransactionState state, int by) {
        if (state == TransactionState.OPEN && by < 0) closedSinceLook++;
        if (state == TransactionState.OPEN) open += by;
        if (state == TransactionState.PARKED) parked += by;
    }

    /** The checks that are due, oldest first, at most {@code limit}; each of an open transaction that is not {@code busy}, by its number. */
    public List<Transaction> due(long epochMillis, int limit, Set<Long> busy) {
        int looked = limit + busy.size();
        List<CheckHorizon.Due> next = horizon.due(epochMillis, looked);
        if (next.size() < looked && horizon.endsBefore(epochMillis)) {
            loadHorizon();
            next = horizon.due(epochMillis, looked);
        }
        List<Transaction> found = new ArrayList<>();
        for (CheckHorizon.Due due : next) {
            if (busy.contains(due.number())) continue;
            if (found.size() == limit) break;
            Optional<Transaction> transaction = find(due.number());
            if (transaction.isPresent() && transaction.get().state() == TransactionState.OPEN) {
                found.add(transaction.get());
            } else {
                horizon.forget(due.number());
            }
        }
        return found;
    }

    private void loadHorizon() {
        List<CheckHorizon.Due> first = new ArrayList<>();
        byte[] from = TransactionTables.key(checksFromEpochMillis, 0);
        for (TableReader.Row row : tables.scan(TransactionTables.CHECKS, from, horizon.page())) {
            ByteBuffer key = ByteBuffer.wrap(row.key());
            first.add(new CheckHorizon.Due(key.getLong(), key.getLong()));
        }
        horizon.load(first);
        if (!first.isEmpty()) checksFromEpochMillis = first.get(0).epochMillis();
        rows.forEach(changed -> {
            horizon.forget(changed.number());
            if (changed.state() == TransactionState.OPEN) plan(changed);
        });
    }

    private void plan(Transaction open) {
        checksFromEpochMillis = Math.min(checksFromEpochMillis, open.nextCheckEpochMillis());
        horizon.plan(open.number(), open.nextCheckEpochMillis());
    }

    /** When the next check is due, or at what time to look for it; Long.MAX_VALUE when nothing is open. */
    public long nextCheckEpochMillis() {
        if (open == 0) return Long.MAX_VALUE;
        return horizon.nextEpochMillis();
    }

    /** Has the check of one wait for an interval; for this queue's life in memory only. */
    public void postpone(Transaction transaction, long nowEpochMillis) {
        horizon.plan(transaction.number(), nowEpochMillis + policy.intervalMillis());
    }

    /** Whether it is to be parked: its checks are used up, or it is open for too long. */
    public boolean endsNow(Transaction transaction, long epochMillis) {
        return decider.endsNow(transaction, epochMillis);
    }

    /** Of the oldest open ones those that are open for too long. */
    public List<Transaction> overdue(long epochMillis) {
        List<Transaction> found = new ArrayList<>();
        if (open == 0 || epochMillis < overdueFromEpochMillis) return found;
        // Whatever is stored from now on is overdue later than that.
        long earliest = epochMillis + policy.maxOpenMillis();
        List<Transaction> oldest = oldestOpen(OLDEST_LOOKED_AT);
        boolean toTheEnd = oldest.size() == OLDEST_LOOKED_AT;
        for (Transaction stored : oldest) {
            earliest = Math.min(earliest, stored.parkedAtEpochMillis(policy));
            // Those behind it were stored later still.
            long soonest = stored.storedEpochMillis() + policy.maxOpenMillis();
            if (soonest > epochMillis) {
                earliest = Math.min(earliest, soonest);
                toTheEnd = false;
                break;
            }
            find(stored.number())
                    .filter(now -> decider.endsNow(now, epochMillis))
                    .ifPresent(found::add);
        }
        // All of a full page are old enough: there may be more behind it.
        overdueFromEpochMillis = toTheEnd ? epochMillis : earliest;
        return found;
    }

    /** Of those that are durable; the scans that come begin where they do. */
    private List<Transaction> oldestOpen(int limit) {
        List<Transaction> oldest = durable.from(TransactionState.OPEN, openFrom, limit);
        openFrom = oldest.isEmpty() ? nextNumber : oldest.get(0).number();
        rows.forEach(changed -> {
            if (changed.state() == TransactionState.OPEN) openFrom = Math.min(openFrom, changed.number());
        });
        closedSinceLook = 0;
        return oldest;
    }

    private TransactionCounts counts() {
        // Else a scan would pass more and more deleted rows.
        if (closedSinceLook >= CLOSED_BEFORE_LOOK) oldestOpen(1);
        return new TransactionCounts(nextNumber, open, parked, openFrom, checksFromEpochMillis);
    }

    /** Whether the batch changes anything here. */
    boolean hasChanges() {
        return !events.isEmpty() || !operations.isEmpty();
    }

    /** The messages that the batch stores, in order: they come after its other ones. */
    List<ByteBuffer> newBodies() {
        return newHalves.values().stream().map(OutgoingBlob::blob).toList();
    }

    /** What comes of the decisions of a batch for the messages, in the order of the decisions. */
    interface Outcome {
        /** Makes the message visible; its offset, or null where it is to wait for its time. */
        @Nullable
        Offset appear(Transaction committed);

        /** The message is not wanted any more. */
        void vanish(Transaction rolledBack);
    }

    /**
     * Ends the batch: its changes, for entry {@code sequenceNumber} of which the messages that it stores are the blobs from
     * {@code firstIndex} on. Answers how many things of the entry are wanted from now on.
     */
    int seal(long sequenceNumber, int firstIndex, Outcome outcome) {
        int index = firstIndex;
        for (long number : newHalves.keySet()) {
            Transaction stored = now(number).storedIn(sequenceNumber, index++);
            rows.put(number, stored);
        }
        int wanted = settle(sequenceNumber, outcome);
        for (long number : newHalves.keySet()) {
            Transaction stored = now(number);
            putNew(stored);
            if (stored.state() != TransactionState.ROLLED_BACK) wanted++;
        }
        before.forEach((number, was) -> {
            if (!newHalves.containsKey(number)) {
                putChanged(was, now(number));
            }
        });
        if (hasChanges()) operations.add(counts().put());
        rows.seal(sequenceNumber);
        newIds.seal(sequenceNumber);
        newHalves.clear();
        before.clear();
        return wanted;
    }

    /** The table changes of the batch; once, after {@link #seal}. */
    List<TableOperation> takeOperations() {
        List<TableOperation> taken = operations;
        operations = new ArrayList<>();
        return taken;
    }

    /** The events of the batch; once, after {@link #seal}. */
    List<TransactionEvent> takeEvents() {
        List<TransactionEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** Makes committed messages visible, and says of all that were decided where; answers how many. */
    private int settle(long sequenceNumber, Outcome outcome) {
        int decided = 0;
        for (int i = 0; i < events.size(); i++) {
            if (!(events.get(i) instanceof TransactionEvent.Resolved resolved)) continue;
            Transaction now = now(resolved.number()).decidedIn(sequenceNumber);
            if (now.state() == TransactionState.COMMITTED) {
                Offset visible = outcome.appear(now);
                if (visible != null) {
                    TransactionEvent.Resolved placed = resolved.visibleAt(visible);
                    events.set(i, placed);
                    now = now.after(placed);
                }
            } else {
                outcome.vanish(now);
            }
            rows.put(now.number(), now);
            decided++;
        }
        return decided;
    }

    private void putNew(Transaction stored) {
        put(stored);
        operations.add(new TableOperation.Put(
                TransactionTables.HALF_IDS,
                TransactionTables.key(stored.body().fingerprint(), stored.number()),
                TransactionTables.NOTHING));
        if (stored.state().isDecided()) return;
        for (long key : stored.body().keys()) {
            operations.add(new TableOperation.Put(
                    TransactionTables.HALF_KEYS,
                    TransactionTables.key(key, stored.number()),
                    TransactionTables.NOTHING));
        }
    }

    private void put(Transaction now) {
        operations.add(new TableOperation.Put(
                TransactionTables.of(now.state()), TransactionTables.key(now.number()), TransactionRow.encode(now)));
        if (now.state() == TransactionState.OPEN) {
            operations.add(new TableOperation.Put(
                    TransactionTables.CHECKS,
                    TransactionTables.key(now.nextCheckEpochMillis(), now.number()),
                    TransactionTables.NOTHING));
        }
        if (now.state() == TransactionState.ROLLED_BACK) {
            oldestRolledBackEpochMillis =
                    Math.min(oldestRolledBackEpochMillis, now.since().epochMillis());
            operations.add(new TableOperation.Put(
                    TransactionTables.ROLLED_BACK,
                    TransactionTables.key(now.since().epochMillis(), now.number()),
                    TransactionTables.NOTHING));
        }
    }

    private void putChanged(Transaction was, Transaction now) {
        if (was.state() == TransactionState.OPEN) {
            operations.add(new TableOperation.Delete(
                    TransactionTables.CHECKS, TransactionTables.key(was.nextCheckEpochMillis(), was.number())));
        }
        if (TransactionTables.of(was.state()) != TransactionTables.of(now.state())) {
            operations.add(
                    new TableOperation.Delete(TransactionTables.of(was.state()), TransactionTables.key(was.number())));
        }
        put(now);
        if (now.state().isDecided()) {
            for (long key : now.body().keys()) {
                operations.add(new TableOperation.Delete(
                        TransactionTables.HALF_KEYS, TransactionTables.key(key, now.number())));
            }
        }
        if (now.state() == TransactionState.ROLLED_BACK) held.letGo(now.body().sequenceNumber(), 1);
    }

    /** A committed message was given up by its queue: it is forgotten, and its body let go. */
    void gone(long number) {
        find(number).ifPresent(committed -> {
            forget(committed);
            held.letGo(committed.body().sequenceNumber(), 1);
        });
    }

    private void forget(Transaction decided) {
        held.letGo(decided.decidedIn(), 1);
        rows.remove(decided.number());
        operations.add(new TableOperation.Delete(TransactionTables.DECIDED, TransactionTables.key(decided.number())));
        operations.add(new TableOperation.Delete(
                TransactionTables.HALF_IDS, TransactionTables.key(decided.body().fingerprint(), decided.number())));
    }

    /** Forgets transactions that were rolled back before {@code epochMillis}, at most {@code limit}; answers how many. */
    public int forgetRolledBack(long epochMillis, int limit) {
        int forgotten = 0;
        oldestRolledBackEpochMillis = Long.MAX_VALUE;
        for (TableReader.Row row : tables.scan(TransactionTables.ROLLED_BACK, new byte[16], limit + 1)) {
            ByteBuffer key = ByteBuffer.wrap(row.key());
            long decided = key.getLong();
            if (decided >= epochMillis || forgotten == limit) {
                oldestRolledBackEpochMillis = decided;
                break;
            }
            long number = key.getLong();
            operations.add(new TableOperation.Delete(TransactionTables.ROLLED_BACK, row.key()));
            find(number).ifPresent(this::forget);
            forgotten++;
        }
        rows.forEach(changed -> {
            if (changed.state() != TransactionState.ROLLED_BACK) return;
            oldestRolledBackEpochMillis =
                    Math.min(oldestRolledBackEpochMillis, changed.since().epochMillis());
        });
        return forgotten;
    }

    /** The entries up to this one are durable. */
    void durable(long sequenceNumber) {
        rows.durable(sequenceNumber);
        newIds.durable(sequenceNumber);
    }
}
