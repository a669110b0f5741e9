package org.escrowmq.persistence;

import java.util.List;
import java.util.Optional;

/**
 * Reads of the tables. Keys sort as unsigned bytes. A read sees everything whose write was answered before the call. A read
 * takes some microseconds from the cache and may take a disk access: keep it off event loops.
 */
public interface TableReader {
    /** A row. */
    record Row(byte[] key, byte[] value) {}

    /** A wish to be woken. */
    record Wake(PersistenceId id, long epochMillis) {}

    /** The value of {@code key}. */
    Optional<byte[]> get(PersistenceId id, Table table, byte[] key);

    /** The row with the greatest key that is not above {@code key}. */
    Optional<Row> floor(PersistenceId id, Table table, byte[] key);

    /** Rows from {@code from} (inclusive) in key order, at most {@code limit}. */
    List<Row> scan(PersistenceId id, Table table, byte[] from, int limit);

    /** Wake times up to {@code untilEpochMillis}, earliest first, at most {@code limit}. */
    List<Wake> wakesUntil(long untilEpochMillis, int limit);
}
