package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.escrowmq.persistence.TableOperation;

/**
 * The one row that sums up a queue's transactions.
 *
 * @param next the number of the transaction that is stored next
 * @param openFrom no open transaction has a lower number: a scan begins here, and not at rows that were deleted
 * @param checksFromEpochMillis no check is due earlier
 */
record TransactionCounts(long next, long open, long parked, long openFrom, long checksFromEpochMillis) {
    /** Of a queue that never had a transaction. */
    static final TransactionCounts NONE = new TransactionCounts(0, 0, 0, 0, 0);

    private static final int BYTES = 5 * Long.BYTES;

    /** What the tables say. */
    static TransactionCounts read(QueueTables tables) {
        Optional<byte[]> row = tables.get(TransactionTables.COUNTS, TransactionTables.NOTHING);
        if (row.isEmpty()) return NONE;
        ByteBuffer in = ByteBuffer.wrap(row.get());
        return new TransactionCounts(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    TableOperation put() {
        byte[] row = ByteBuffer.allocate(BYTES)
                .putLong(next)
                .putLong(open)
                .putLong(parked)
                .putLong(openFrom)
                .putLong(checksFromEpochMillis)
                .array();
        return new TableOperation.Put(TransactionTables.COUNTS, TransactionTables.NOTHING, row);
    }
}
