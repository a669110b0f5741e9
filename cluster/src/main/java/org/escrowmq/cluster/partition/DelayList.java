package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.escrowmq.delay.DelayRow;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;

/** Reads of a queue's waiting messages that are durable. Any thread; beside the queue's actor. */
public final class DelayList {
    private static final int HOURS_PAGE = 1_000;

    private final QueueTables tables;

    /** The waiting messages in these tables. */
    public DelayList(QueueTables tables) {
        this.tables = tables;
    }

    /** How many wait. */
    public long waiting() {
        return counts().waiting();
    }

    private DelayCounts counts() {
        return DelayCounts.read(tables);
    }

    /** Numbers of messages that were given out are lower. */
    public long nextNumber() {
        return counts().next();
    }

    /** One that waits; {@code dueEpochMillis} is the time that it had at first, or the one that it has. */
    public Optional<Delayed> find(long number, long dueEpochMillis) {
        return at(new DueTime(moved(number).orElse(dueEpochMillis), number));
    }

    /** The one at exactly this place. */
    Optional<Delayed> at(DueTime place) {
        return at(place, counts().passed());
    }

    private Optional<Delayed> at(DueTime place, Passed passed) {
        return row(place).filter(row -> !passed.covers(row));
    }

    /** The row of exactly this place, whether it waits or not. */
    Optional<Delayed> row(DueTime place) {
        return tables.get(DelayTables.WAITING, DelayTables.key(place)).map(row -> DelayRow.decode(place, row));
    }

    /** The time of one whose time was changed. */
    Optional<Long> moved(long number) {
        return tables.get(DelayTables.MOVED, DelayTables.key(number)).map(DelayTables::valueOf);
    }

    /** One that was recalled and is kept. */
    public Optional<Recalled> recalled(long number) {
        return tables.get(DelayTables.RECALLED, DelayTables.key(number))
                .map(row -> DelayRow.decodeRecalled(number, row));
    }

    /** The first {@code limit} from this place on, in the order of their times. */
    public List<Delayed> from(DueTime first, int limit) {
        DelayCounts counts = counts();
        DueTime at = first.orLater(new DueTime(counts.fromEpochMillis(), 0));
        List<Delayed> found = new ArrayList<>();
        while (found.size() < limit) {
            int size = limit - found.size();
            List<Delayed> page = rows(at, size);
            for (Delayed row : page) if (!counts.passed().covers(row)) found.add(row);
            if (page.size() < size) break;
            at = page.get(size - 1).due().next();
        }
        return found;
    }

    /** The first {@code limit} rows from this place on, also of those that do not wait any more. */
    List<Delayed> rows(DueTime first, int limit) {
        List<Delayed> rows = new ArrayList<>();
        for (TableReader.Row row : tables.scan(DelayTables.WAITING, DelayTables.key(first), limit)) {
            rows.add(DelayRow.decode(DelayTables.dueTime(row.key()), row.value()));
        }
        return rows;
    }

    /** Those with a key of this one's fingerprint, with number {@code from} or higher, in the order of storing. */
    public List<Delayed> ofKey(String key, long from, int limit) {
        Passed passed = counts().passed();
        long fingerprint = Fingerprint.of(key);
        List<Delayed> found = new ArrayList<>();
        long at = from;
        while (found.size() < limit) {
            int size = limit - found.size();
            List<DueTime> page = places(DelayTables.WAITING_KEYS, fingerprint, at, size);
            for (DueTime place : page) at(place, passed).ifPresent(found::add);
            if (page.size() < size) break;
            at = page.get(size - 1).number() + 1;
        }
        return found;
    }

    /** Where those may be found, waiting or recalled, that may have this message id; the caller compares it. */
    public List<DueTime> ofId(String messageId, int limit) {
        return places(DelayTables.WAITING_IDS, Fingerprint.of(messageId), 0, limit);
    }

    List<DueTime> places(Table table, long fingerprint, long from, int limit) {
        List<DueTime> found = new ArrayList<>();
        for (TableReader.Row row : tables.scan(table, DelayTables.key(fingerprint, from), limit)) {
            ByteBuffer key = ByteBuffer.wrap(row.key());
            if (key.getLong() != fingerprint) break;
            found.add(new DueTime(DelayTables.valueOf(row.value()), key.getLong()));
        }
        return found;
    }

    /** How many wait by the hour (since 1970) of their time; none is zero. */
    public SortedMap<Integer, Long> hours() {
        return hoursUntil(Integer.MAX_VALUE);
    }

    /** How many wait by the hour (since 1970) of their time, of hours before {@code end}; none is zero. */
    public SortedMap<Integer, Long> hoursUntil(int end) {
        SortedMap<Integer, Long> hours = new TreeMap<>();
        int from = 0;
        while (true) {
            List<TableReader.Row> page = tables.scan(DelayTables.DUE_HOURS, DelayTables.hourKey(from), HOURS_PAGE);
            for (TableReader.Row row : page) {
                int hour = ByteBuffer.wrap(row.key()).getInt();
                if (hour >= end) return hours;
                hours.put(hour, DelayTables.valueOf(row.value()));
                from = hour + 1;
            }
            if (page.size() < HOURS_PAGE) return hours;
        }
    }
}
