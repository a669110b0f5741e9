package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DelayDecider;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.DelayRow;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.StoredBody;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.queue.IdRoom;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.queue.RecentIds;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue that wait for their time, on the tentative side. Their rows are in the tables, however many there are, in the
 * order of their times; here are only the changes that are not durable yet and when the first one is due. Part of a {@link Partition},
 * which gives those that are due their offsets.
 *
 * <pre>
 *   waiting:   row in WAITING, body pinned in its entry, no offset
 *   due:       an offset whose row leads to the body, and which pins it and the entry that made it due; the row in WAITING is left
 *              for a while, as {@link LeftRows} says
 *   recalled:  row in RECALLED for a while, which pins the entry that recalled it; body let go at once
 * </pre>
 */
public final class Delays {
    private static final int ID_CANDIDATES = 8;
    private static final int PAGE_MIN = 16;
    private static final long NOTHING_BEFORE = Long.MIN_VALUE;
    private static final long NOT_ASKED_YET = Long.MAX_VALUE;

    private final QueueTables tables;
    private final DelayList durable;
    private final DelayDecider decider;
    private final QueueSettings settings;
    /** Ids of those that were stored last, by number: all others need not be looked for. */
    private final RecentIds recentIds;

    private final HeldEntries held;
    private final Consumer<TableOperation> operations;
    private final DueHours hours;
    private final LeftRows left;
    private final Tentative<DueTime, Delayed> rows = new Tentative<>();
    /** New places; one that is wrong by now is found out by whoever looks there. */
    private final Tentative<Long, List<DueTime>> newIds = new Tentative<>();

    private final Tentative<Long, Long> moved = new Tentative<>();
    private final Tentative<Long, Recalled> recalled = new Tentative<>();

    /** What the batch stores, by number. */
    private final Map<Long, OutgoingBlob> added = new LinkedHashMap<>();

    private final List<Recalled> newlyRecalled = new ArrayList<>();
    private final List<Delayed> due = new ArrayList<>();
    private List<DelayEvent> events = new ArrayList<>();
    private long nextNumber = DelayCounts.NONE.next();
    private long waiting;
    /** None is due earlier. */
    private DueTime from = DueTime.FIRST;
    /** The first that is due; null while that is not known. */
    private @Nullable DueTime first;

    /** Until then ids that were stored before a recovery are looked for in the tables. */
    private long looksUntilEpochMillis = NOTHING_BEFORE;

    private long oldestRecalledUntil = Long.MAX_VALUE;
    /** Whether the batch changes rows of messages that do not wait any more. */
    private boolean tidied;

    Delays(
            QueueTables tables,
            DelayDecider decider,
            QueueSettings settings,
            IdRoom idRoom,
            HeldEntries held,
            Consumer<TableOperation> operations) {
        this.settings = settings;
        this.recentIds = new RecentIds(settings.duplicateIdsMax(), idRoom);
        this.tables = tables;
        this.durable = new DelayList(tables);
        this.decider = decider;
        this.held = held;
        this.operations = operations;
        this.hours = new DueHours(tables);
        this.left = new LeftRows(durable);
    }

    /** Recovery: takes over what the tables say. */
    void recovered() {
        DelayCounts counts = DelayCounts.read(tables);
        nextNumber = counts.next();
        waiting = counts.waiting();
        from = new DueTime(counts.fromEpochMillis(), 0);
        left.recovered(counts);
        first = null;
        looksUntilEpochMillis = everStored() ? NOT_ASKED_YET : NOTHING_BEFORE;
        oldestRecalledUntil = nextNumber == DelayCounts.NONE.next() ? Long.MAX_VALUE : firstRecalledUntil();
    }

    private long firstRecalledUntil() {
        List<TableReader.Row> next = tables.scan(DelayTables.RECALLED_UNTIL, new byte[16], 1);
        return next.isEmpty()
                ? Long.MAX_VALUE
                : DelayTables.dueTime(next.get(0).key()).epochMillis();
    }

    /** How many wait. */
    public long waiting() {
        return waiting;
    }

    /** When the first message is due; Long.MAX_VALUE when none waits. */
    public long nextDueEpochMillis() {
        if (waiting == 0) return Long.MAX_VALUE;
        DueTime known = first;
        if (known == null) {
            List<Delayed> next = from(from, 1);
            if (next.isEmpty()) return Long.MAX_VALUE;
            known = next.get(0).due();
            first = known;
            from = known;
        }
        return known.epochMillis();
    }

    /** Of those that wait the first {@code limit} from a place on, in the order of their times. */
    public List<Delayed> from(DueTime place, int limit) {
        List<Delayed> found = new ArrayList<>();
        DueTime at = place.compareTo(from) < 0 ? from : place;
        boolean more = true;
        while (found.size() < limit && more) {
            int size = Math.max(PAGE_MIN, limit);
            List<Delayed> page = durable.rows(at, size);
            more = page.size() == size;
            for (Delayed row : page) {
                at = row.due().next();
                // One that was changed is among the tentative ones, if it is there at all.
                if (rows.changed(row.due()) == null && !left.covers(row)) found.add(row);
            }
        }
        rows.forEach(changed -> {
            if (changed.due().compareTo(place) >= 0) found.add(changed);
        });
        found.sort(Comparator.comparing(Delayed::due));
        return found.size() <= limit ? found : found.subList(0, limit);
    }

    /** One that waits; {@code dueEpochMillis} is the time that it had at first, or the one that it has. */
    public Optional<Delayed> find(long number, long dueEpochMillis) {
        Optional<Long> changed = moved.changed(number);
        Optional<Long> other = changed == null ? durable.moved(number) : changed;
        return at(new DueTime(other.orElse(dueEpochMillis), number));
    }

    private Optional<Delayed> at(DueTime place) {
        Optional<Delayed> changed = rows.changed(place);
        return changed == null ? durable.row(place).filter(row -> !left.covers(row)) : changed;
    }

    /** One that was recalled and is kept. */
    public Optional<Recalled> recalled(long number) {
        Optional<Recalled> changed = recalled.changed(number);
        return changed == null ? durable.recalled(number) : changed;
    }

    /** Whether a message with this time that became visible now would come before one with an earlier time. */
    public boolean wouldOvertake(long dueEpochMillis) {
        return !due.isEmpty() || nextDueEpochMillis() <= dueEpochMillis;
    }

    /** Whether a message ever waited here. */
    public boolean everStored() {
        return nextNumber > DelayCounts.NONE.next();
    }

    /** Whether a message with this number was ever stored here. */
    public boolean knew(long number) {
        return number < nextNumber;
    }

    /** Where the message with this id waits, or waited before it was recalled, if it was stored lately. */
    Optional<DueTime> ofMessage(OutgoingBlob message, long nowEpochMillis) {
        long fingerprint = message.incoming().fingerprint();
        if (recentIds.find(fingerprint) == RecentIds.NONE && !looksInTables(nowEpochMillis)) return Optional.empty();
        List<DueTime> places = new ArrayList<>(newPlaces(fingerprint));
        places.addAll(durable.places(DelayTables.WAITING_IDS, fingerprint, 0, ID_CANDIDATES));
        for (DueTime place : places) {
            boolean waits = at(place)
                    .filter(found -> found.messageId().equals(message.id()))
                    .isPresent();
            if (waits) return Optional.of(place);
            Optional<Recalled> gone = recalled(place.number());
            if (gone.isPresent() && gone.get().messageId().equals(message.id())) return Optional.of(place);
        }
        return Optional.empty();
    }

    private boolean looksInTables(long nowEpochMillis) {
        if (looksUntilEpochMillis == NOT_ASKED_YET) {
            looksUntilEpochMillis = nowEpochMillis + settings.duplicateWindowMillis();
        }
        return nowEpochMillis < looksUntilEpochMillis;
    }

    /** Gives back the room of the ids; the queue ends. */
    void letIdsGo() {
        recentIds.letGo();
    }

    private List<DueTime> newPlaces(long fingerprint) {
        Optional<List<DueTime>> changed = newIds.changed(fingerprint);
        return changed == null ? List.of() : changed.orElse(List.of());
    }

    /** Stores a message that waits; its time lies ahead. */
    DueTime store(OutgoingBlob message, long nowEpochMillis) {
        StoredBody body = new StoredBody(
                0,
                0,
                message.bytes(),
                message.incoming().fingerprint(),
                message.incoming().groupHash(),
                message.keys().stream().map(Fingerprint::of).toList());
        Delayed stored = new Delayed(
                nextNumber++,
                message.id(),
                body,
                nowEpochMillis,
                message.dueEpochMillis(),
                Delayed.NO_TRANSACTION,
                null);
        added.put(stored.number(), message);
        begin(stored);
        return stored.due();
    }

    /** Has the message of a transaction that was committed before its time wait for it. */
    void store(String messageId, StoredBody body, long transaction, long dueEpochMillis, long nowEpochMillis) {
        Delayed stored = new Delayed(nextNumber++, messageId, body, nowEpochMillis, dueEpochMillis, transaction, null);
        begin(stored);
        put(stored);
    }

    private void begin(Delayed stored) {
        recentIds.forgetStoredUpTo(stored.storedEpochMillis() - settings.duplicateWindowMillis());
        recentIds.add(stored.number(), stored.body().fingerprint(), stored.storedEpochMillis());
        rows.put(stored.due(), stored);
        remember(stored.body().fingerprint(), stored.due());
        hours.add(stored.dueEpochMillis(), 1);
        waiting++;
        comesUp(stored.due());
        events.add(new DelayEvent.Stored(stored.number(), stored.messageId(), stored.dueEpochMillis()));
    }

    private void comesUp(DueTime place) {
        if (waiting == 1) first = place;
        DueTime known = first;
        if (known != null) first = known.orEarlier(place);
        from = from.orEarlier(place);
    }

    private void remember(long fingerprint, DueTime place) {
        List<DueTime> places = new ArrayList<>(newPlaces(fingerprint));
        places.add(place);
        newIds.put(fingerprint, places);
    }

    private void put(Delayed message) {
        operations.accept(
                new TableOperation.Put(DelayTables.WAITING, DelayTables.key(message.due()), DelayRow.encode(message)));
        byte[] place = DelayTables.value(message.dueEpochMillis());
        operations.accept(new TableOperation.Put(
                DelayTables.WAITING_IDS, DelayTables.key(message.body().fingerprint(), message.number()), place));
        for (long key : message.body().keys()) {
            operations.accept(
                    new TableOperation.Put(DelayTables.WAITING_KEYS, DelayTables.key(key, message.number()), place));
        }
    }

    /** Decides a command on a message as it stands, and applies what comes of it. */
    Outcome<DelayEvent> decide(Delayed message, DelayCommand command, long epochMillis) {
        Outcome<DelayEvent> decision = decider.decide(message, command, epochMillis);
        if (decision instanceof Outcome.Done<DelayEvent> done) apply(message, done.value());
        return decision;
    }

    private void apply(Delayed message, DelayEvent event) {
        events.add(event);
        leave(message);
        if (event instanceof DelayEvent.Rescheduled to) {
            move(message, to);
        } else if (event instanceof DelayEvent.Recalled gone) {
            forgetTime(message);
            Recalled kept = Recalled.of(message, gone.change());
            newlyRecalled.add(kept);
            recalled.put(kept.number(), kept);
        }
    }

    private void move(Delayed message, DelayEvent.Rescheduled to) {
        Delayed now = message.at(to.dueEpochMillis(), to.change());
        rows.put(now.due(), now);
        hours.add(now.dueEpochMillis(), 1);
        waiting++;
        remember(now.body().fingerprint(), now.due());
        moved.put(now.number(), now.dueEpochMillis());
        operations.accept(new TableOperation.Put(
                DelayTables.MOVED, DelayTables.key(now.number()), DelayTables.value(now.dueEpochMillis())));
        put(now);
        comesUp(now.due());
    }

    /** It does not wait for its time any more, for whatever reason. */
    private void leave(Delayed message) {
        rows.remove(message.due());
        removeRows(message);
        uncount(message);
    }

    private void removeRows(Delayed message) {
        operations.accept(new TableOperation.Delete(DelayTables.WAITING, DelayTables.key(message.due())));
        for (long key : message.body().keys()) {
            operations.accept(
                    new TableOperation.Delete(DelayTables.WAITING_KEYS, DelayTables.key(key, message.number())));
        }
    }

    private void uncount(Delayed message) {
        hours.add(message.dueEpochMillis(), -1);
        waiting--;
        if (message.due().equals(first)) first = null;
    }

    private void forgetTime(Delayed message) {
        if (message.moved() == null) return;
        moved.remove(message.number());
        operations.accept(new TableOperation.Delete(DelayTables.MOVED, DelayTables.key(message.number())));
    }

    /** Takes those that are due, in the order of their times, at most {@code limit}: they become visible with the batch. */
    List<Delayed> takeDue(long epochMillis, int limit) {
        if (nextDueEpochMillis() > epochMillis) return List.of();
        List<Delayed> taken = new ArrayList<>();
        for (Delayed message : from(from, limit)) {
            if (message.dueEpochMillis() > epochMillis) break;
            taken.add(message);
            pass(message);
            from = message.due().next();
        }
        first = null;
        due.addAll(taken);
        return taken;
    }

    /** The first of those that wait becomes visible: its rows are left for later, if it may be. */
    private void pass(Delayed message) {
        boolean inTables = rows.changed(message.due()) == null;
        if (inTables && left.leave(message, nextNumber)) {
            uncount(message);
            return;
        }
        leave(message);
        forgetTime(message);
        forgetId(message.body().fingerprint(), message.number());
    }

    /** How many messages became visible whose rows are still there. */
    public long left() {
        return left.count();
    }

    /** Removes rows of messages that became visible, at most {@code limit}. */
    public void sweep(int limit) {
        if (left.count() == 0) return;
        tidied = true;
        for (Delayed row : left.take(limit, place -> rows.changed(place) != null)) {
            removeRows(row);
            forgetId(row.body().fingerprint(), row.number());
        }
    }

    private void forgetId(long fingerprint, long number) {
        operations.accept(new TableOperation.Delete(DelayTables.WAITING_IDS, DelayTables.key(fingerprint, number)));
    }

    /** Whether the batch changes anything here. */
    boolean hasChanges() {
        return !events.isEmpty() || !due.isEmpty() || tidied;
    }

    /** The messages that the batch stores, in order. */
    List<ByteBuffer> newBodies() {
        return added.values().stream().map(OutgoingBlob::blob).toList();
    }

    /**
     * Messages that became visible, one right after the other.
     *
     * @param rows how many rows of offsets they have
     */
    record Appeared(Offset first, int rows) {}

    /** Makes messages visible, in this order. */
    interface Appearance {
        /** At least one message. */
        Appeared appear(List<Delayed> due);
    }

    /**
     * Ends the batch: its changes, for entry {@code sequenceNumber} of which the messages that it stores are the blobs from
     * {@code firstIndex} on. Answers how many things of the entry are wanted from now on.
     */
    int seal(long sequenceNumber, int firstIndex, Appearance visible) {
        int wanted = 0;
        int index = firstIndex;
        for (Map.Entry<Long, OutgoingBlob> stored : added.entrySet()) {
            if (place(stored.getKey(), stored.getValue(), sequenceNumber, index++)) wanted++;
        }
        added.clear();
        for (Recalled kept : newlyRecalled) keep(kept.recalledIn(sequenceNumber));
        wanted += newlyRecalled.size();
        newlyRecalled.clear();
        wanted += appear(visible);
        boolean changed = hasChanges();
        hours.seal(sequenceNumber, operations);
        if (changed) {
            DelayCounts counts = new DelayCounts(nextNumber, waiting, from.epochMillis(), left.passed(), left.count());
            operations.accept(counts.put());
        }
        rows.seal(sequenceNumber);
        newIds.seal(sequenceNumber);
        moved.seal(sequenceNumber);
        recalled.seal(sequenceNumber);
        due.clear();
        tidied = false;
        return wanted;
    }

    /** Says where a message that the batch stores lies; whether it is wanted there. */
    private boolean place(long number, OutgoingBlob message, long sequenceNumber, int index) {
        Optional<Delayed> asStored = rows.changed(new DueTime(message.dueEpochMillis(), number));
        Optional<Delayed> waits =
                asStored != null && asStored.isPresent() ? asStored : find(number, message.dueEpochMillis());
        if (waits.isPresent()) {
            Delayed placed = waits.get().storedIn(sequenceNumber, index);
            rows.put(placed.due(), placed);
            put(placed);
            return true;
        }
        boolean isDue = due.stream().anyMatch(taken -> taken.number() == number);
        if (isDue) due.replaceAll(taken -> taken.number() == number ? taken.storedIn(sequenceNumber, index) : taken);
        return isDue;
    }

    private int appear(Appearance visible) {
        if (due.isEmpty()) return 0;
        Appeared appeared = visible.appear(due);
        long offset = appeared.first().value();
        for (Delayed message : due) events.add(new DelayEvent.Due(message.number(), new Offset(offset++)));
        return appeared.rows();
    }

    private void keep(Recalled kept) {
        long until = kept.keptUntilEpochMillis();
        oldestRecalledUntil = Math.min(oldestRecalledUntil, until);
        recalled.put(kept.number(), kept);
        operations.accept(
                new TableOperation.Put(DelayTables.RECALLED, DelayTables.key(kept.number()), DelayRow.encode(kept)));
        operations.accept(new TableOperation.Put(
                DelayTables.RECALLED_UNTIL, DelayTables.key(until, kept.number()), DelayTables.NOTHING));
    }

    /** Until when the recalled message is kept that is forgotten first; Long.MAX_VALUE for none. Never too late. */
    public long oldestRecalledUntilEpochMillis() {
        return oldestRecalledUntil;
    }

    /** Forgets recalled messages whose time is over, at most {@code limit}; answers how many. */
    public int forgetRecalled(long epochMillis, int limit) {
        int forgotten = 0;
        oldestRecalledUntil = Long.MAX_VALUE;
        for (TableReader.Row row : tables.scan(DelayTables.RECALLED_UNTIL, new byte[16], limit + 1)) {
            DueTime until = DelayTables.dueTime(row.key());
            if (until.epochMillis() >= epochMillis || forgotten == limit) {
                oldestRecalledUntil = until.epochMillis();
                break;
            }
            operations.accept(new TableOperation.Delete(DelayTables.RECALLED_UNTIL, row.key()));
            recalled(until.number()).ifPresent(this::forget);
            forgotten++;
        }
        recalled.forEach(kept -> oldestRecalledUntil = Math.min(oldestRecalledUntil, kept.keptUntilEpochMillis()));
        return forgotten;
    }

    private void forget(Recalled kept) {
        tidied = true;
        held.letGo(kept.recalledIn(), 1);
        recalled.remove(kept.number());
        operations.accept(new TableOperation.Delete(DelayTables.RECALLED, DelayTables.key(kept.number())));
        forgetId(kept.fingerprint(), kept.number());
    }

    /** The events of the batch; once, after {@link #seal}. */
    List<DelayEvent> takeEvents() {
        List<DelayEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** The entries up to this one are durable. */
    void durable(long sequenceNumber) {
        rows.durable(sequenceNumber);
        newIds.durable(sequenceNumber);
        moved.durable(sequenceNumber);
        recalled.durable(sequenceNumber);
        hours.durable(sequenceNumber);
    }
}
