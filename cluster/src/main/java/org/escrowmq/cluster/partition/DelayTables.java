package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.delay.DueTime;
import org.escrowmq.persistence.Table;

/**
 * The tables of a queue's messages that wait for their time. Numbers on disk; docs/formats/queue-tables.md describes the rows.
 *
 * <pre>
 * WAITING         due:i64  number:i64              -> a row of org.escrowmq.delay
 * WAITING_IDS     id fingerprint:i64  number:i64   -> due:i64     of waiting ones, and of recalled ones while they are kept
 * WAITING_KEYS    key fingerprint:i64  number:i64  -> due:i64     of waiting ones
 * MOVED           number:i64                       -> due:i64     of waiting ones whose time was changed
 * RECALLED        number:i64                       -> a row of org.escrowmq.delay
 * RECALLED_UNTIL  until:i64  number:i64            -> (empty)
 * DUE_HOURS       hour since 1970:i32              -> how many wait for a time in it:i64
 * DELAY_COUNTS    (empty)                          -> DelayCounts
 * </pre>
 */
final class DelayTables {
    static final Table WAITING = new Table(28, "waiting messages");
    static final Table WAITING_IDS = new Table(29, "ids of waiting messages");
    static final Table WAITING_KEYS = new Table(30, "keys of waiting messages");
    static final Table MOVED = new Table(31, "changed times");
    static final Table RECALLED = new Table(32, "recalled messages");
    static final Table RECALLED_UNTIL = new Table(33, "ends of recalled messages");
    static final Table DUE_HOURS = new Table(34, "waiting messages by hour");
    static final Table DELAY_COUNTS = new Table(35, "counts of waiting messages");

    static final byte[] NOTHING = new byte[0];

    private DelayTables() {}

    static byte[] key(DueTime due) {
        return key(due.epochMillis(), due.number());
    }

    static DueTime dueTime(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key);
        return new DueTime(in.getLong(), in.getLong());
    }

    static byte[] key(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static byte[] key(long first, long number) {
        return ByteBuffer.allocate(16).putLong(first).putLong(number).array();
    }

    static byte[] hourKey(int hour) {
        return ByteBuffer.allocate(4).putInt(hour).array();
    }

    static byte[] value(long number) {
        return key(number);
    }

    static long valueOf(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
