package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.persistence.Table;

/**
 * The tables of a queue. Numbers on disk; docs/formats/queue-tables.md describes the rows.
 *
 * <pre>
 * OFFSETS  first offset:i64                      -> sequence number:i64  count:i32  stored:i64  bytes:i64  before:i64
 *                                                   [ index:i32  transaction:i64  [ due in:i64  [ runs ] ] ]
 * KEYS     hour:i32  key fingerprint:i64  offset:i64  -> (empty)
 * IDS      hour:i32  id fingerprint:i64   offset:i64  -> (empty)      only for messages that have keys
 * </pre>
 *
 * The ones in brackets are there for a message that a transaction stored, and all of them for messages that waited for their time; the
 * transactions themselves are in {@link TransactionTables}, the messages that wait in {@link DelayTables}.
 * {@code before} is the running total of bytes before the batch, so that the size of a queue is a difference. {@code hour} is the hour since 1970 in which the message was stored, so that what expires together lies together.
 */
final class PartitionTables {
    /** Where the messages of a batch are: one row a batch. */
    static final Table OFFSETS = new Table(16, "offsets");

    /** Messages by search key. */
    static final Table KEYS = new Table(17, "keys");

    /** Messages by id. */
    static final Table IDS = new Table(18, "ids");

    private static final long HOUR_MILLIS = 3_600_000;

    private PartitionTables() {}

    static byte[] offsetKey(long offset) {
        return ByteBuffer.allocate(8).putLong(offset).array();
    }

    static byte[] searchKey(int hour, long fingerprint, long offset) {
        return ByteBuffer.allocate(20)
                .putInt(hour)
                .putLong(fingerprint)
                .putLong(offset)
                .array();
    }

    static int hourOf(long epochMillis) {
        return (int) (epochMillis / HOUR_MILLIS);
    }
}
