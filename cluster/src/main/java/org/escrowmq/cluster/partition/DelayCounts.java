package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.escrowmq.persistence.TableOperation;

/**
 * The one row that sums up a queue's waiting messages.
 *
 * @param next the number of the message that is stored next
 * @param fromEpochMillis none is due earlier: a scan begins here, and not at rows that were deleted
 * @param passed which rows are of messages that became visible
 * @param left how many of those there are
 */
record DelayCounts(long next, long waiting, long fromEpochMillis, Passed passed, long left) {
    /** Of a queue that never had one. Numbers begin at 1: 0 stands for a message that did not have to wait. */
    static final DelayCounts NONE = new DelayCounts(1, 0, 0, Passed.NONE, 0);

    private static final int BYTES = 7 * Long.BYTES;

    /** What the tables say. */
    static DelayCounts read(QueueTables tables) {
        Optional<byte[]> row = tables.get(DelayTables.DELAY_COUNTS, DelayTables.NOTHING);
        if (row.isEmpty()) return NONE;
        ByteBuffer in = ByteBuffer.wrap(row.get());
        return new DelayCounts(in.getLong(), in.getLong(), in.getLong(), Passed.read(in), in.getLong());
    }

    TableOperation put() {
        ByteBuffer row =
                ByteBuffer.allocate(BYTES).putLong(next).putLong(waiting).putLong(fromEpochMillis);
        passed.put(row);
        row.putLong(left);
        return new TableOperation.Put(DelayTables.DELAY_COUNTS, DelayTables.NOTHING, row.array());
    }
}
