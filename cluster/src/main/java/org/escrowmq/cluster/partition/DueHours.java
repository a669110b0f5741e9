package org.escrowmq.cluster.partition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.escrowmq.persistence.TableOperation;

/**
 * How many messages wait for a time in each hour, so that a histogram of millions is a scan of a few rows. On the tentative side, like its
 * {@link Delays}.
 */
final class DueHours {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int KNOWN_MAX = 1_000;
    private static final int LAST = Integer.MAX_VALUE - 1;

    private final QueueTables tables;
    private final Tentative<Integer, Long> counts = new Tentative<>();
    /** Counts as they will be, of the hours that were changed last. */
    private final Map<Integer, Long> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > KNOWN_MAX;
        }
    };

    private final Set<Integer> changed = new TreeSet<>();

    DueHours(QueueTables tables) {
        this.tables = tables;
    }

    /** So many more wait for this time; fewer where negative. */
    void add(long dueEpochMillis, long by) {
        int hour = (int) Math.min(LAST, dueEpochMillis / HOUR_MILLIS);
        Long before = known.get(hour);
        long count = (before == null ? now(hour) : before) + by;
        known.put(hour, count);
        counts.put(hour, count);
        changed.add(hour);
    }

    private long now(int hour) {
        Optional<Long> tentative = counts.changed(hour);
        if (tentative != null) return tentative.orElse(0L);
        return tables.get(DelayTables.DUE_HOURS, DelayTables.hourKey(hour))
                .map(DelayTables::valueOf)
                .orElse(0L);
    }

    /** The changes since the last call go into this entry. */
    void seal(long sequenceNumber, Consumer<TableOperation> operations) {
        for (int hour : changed) {
            long count = now(hour);
            byte[] key = DelayTables.hourKey(hour);
            operations.accept(
                    count == 0
                            ? new TableOperation.Delete(DelayTables.DUE_HOURS, key)
                            : new TableOperation.Put(DelayTables.DUE_HOURS, key, DelayTables.value(count)));
        }
        changed.clear();
        counts.seal(sequenceNumber);
    }

    /** The entries up to this one are durable. */
    void durable(long sequenceNumber) {
        counts.durable(sequenceNumber);
    }
}
