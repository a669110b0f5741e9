package org.escrowmq.cluster.partition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they will be: those that were changed by entries which are not durable yet, and which the tables therefore do not show.
 * Owned by one thread.
 */
final class Tentative<K, V> {
    private static final long UNSEALED = Long.MAX_VALUE;

    /** {@code value} is null for a row that will be gone. */
    private record Row<V>(@Nullable V value, long sequenceNumber) {}

    private record Sealed<K>(long sequenceNumber, List<K> keys) {}

    private final Map<K, Row<V>> rows = new HashMap<>();
    private final Deque<Sealed<K>> inFlight = new ArrayDeque<>();
    private List<K> unsealed = new ArrayList<>();

    void put(K key, V value) {
        set(key, value);
    }

    void remove(K key) {
        set(key, null);
    }

    private void set(K key, @Nullable V value) {
        Row<V> before = rows.put(key, new Row<>(value, UNSEALED));
        if (before == null || before.sequenceNumber() != UNSEALED) unsealed.add(key);
    }

    /** What was changed: the value, or empty for a row that will be gone. Null for a row that the tables have as it is. */
    @Nullable
    Optional<V> changed(K key) {
        Row<V> row = rows.get(key);
        return row == null ? null : Optional.ofNullable(row.value());
    }

    /** The values that were changed, but for those of rows that will be gone. */
    void forEach(Consumer<V> visit) {
        rows.values().forEach(row -> {
            if (row.value() != null) visit.accept(row.value());
        });
    }

    /** The changes since the last call go into this entry. */
    void seal(long sequenceNumber) {
        if (unsealed.isEmpty()) return;
        for (K key : unsealed) {
            Row<V> row = rows.get(key);
            if (row != null) rows.put(key, new Row<>(row.value(), sequenceNumber));
        }
        inFlight.add(new Sealed<>(sequenceNumber, unsealed));
        unsealed = new ArrayList<>();
    }

    /** The entries up to this one are durable: the tables show what they changed. */
    void durable(long sequenceNumber) {
        while (!inFlight.isEmpty() && inFlight.element().sequenceNumber() <= sequenceNumber) {
            for (K key : inFlight.remove().keys()) {
                Row<V> row = rows.get(key);
                if (row != null && row.sequenceNumber() <= sequenceNumber) rows.remove(key);
            }
        }
    }
}
