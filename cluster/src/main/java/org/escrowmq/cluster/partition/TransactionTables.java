package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.persistence.Table;
import org.escrowmq.transaction.TransactionState;

/**
 * The tables of a queue's transactions. Numbers on disk; docs/formats/queue-tables.md describes the rows.
 *
 * <pre>
 * OPEN, PARKED, DECIDED   number:i64                        -> a row of org.escrowmq.transaction
 * CHECKS                  due:i64  number:i64               -> (empty)     of open ones
 * HALF_IDS                id fingerprint:i64  number:i64    -> (empty)     of all
 * HALF_KEYS               key fingerprint:i64  number:i64   -> (empty)     of open and parked ones
 * ROLLED_BACK             decided:i64  number:i64           -> (empty)     of those whose message is gone
 * HELD                    sequence number:i64               -> count:i32   messages and decisions that the entry holds, and is pinned for; 1 without a row
 * COUNTS                  (empty)                           -> TransactionCounts
 * </pre>
 */
final class TransactionTables {
    static final Table OPEN = new Table(19, "open transactions");
    static final Table PARKED = new Table(20, "parked transactions");
    static final Table DECIDED = new Table(21, "decided transactions");
    static final Table CHECKS = new Table(22, "checks");
    static final Table HALF_IDS = new Table(23, "ids of transactional messages");
    static final Table HALF_KEYS = new Table(24, "keys of transactional messages");
    static final Table ROLLED_BACK = new Table(25, "rolled back transactions");
    static final Table HELD = new Table(26, "entries held by transactional messages");
    static final Table COUNTS = new Table(27, "counts of transactions");

    static final byte[] NOTHING = new byte[0];

    private TransactionTables() {}

    /** The table that has the rows of transactions in this state. */
    static Table of(TransactionState state) {
        return switch (state) {
            case OPEN -> OPEN;
            case PARKED -> PARKED;
            case COMMITTED, ROLLED_BACK -> DECIDED;
        };
    }

    static byte[] key(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static byte[] key(long first, long number) {
        return ByteBuffer.allocate(16).putLong(first).putLong(number).array();
    }
}
