package org.escrowmq.cluster.entity;

import org.escrowmq.cluster.partition.BatchRow;

/**
 * What has been given up and still takes space: entries of the journal, and after a purge rows of the tables. A snapshot has to cover what
 * is trimmed. Owned by the queue's actor.
 *
 * <pre>
 *   expired:  Trimmed and rows removed, one entry -> durable -> snapshot -> journal trimmed
 *   purged:   Trimmed, one entry                  -> durable -> snapshot -> journal trimmed -> rows removed
 * </pre>
 *
 * A purge may be of more rows than one entry takes. They stay until the journal is trimmed, so that a crash in between leaves them as
 * what is still to be done.
 */
final class GivenUp {
    private long trimUpTo;
    private boolean snapshotWanted;
    private boolean rowsLeft;
    private boolean rowsAwaitTrim;

    /** A purge was decided: there will be rows of it. */
    void purgeDecided() {
        rowsLeft = true;
        rowsAwaitTrim = true;
    }

    /**
     * The messages up to this batch are durably given up. Not before: a snapshot that is being saved would have the journal trimmed of
     * messages that are still there after a crash.
     */
    void durable(BatchRow last) {
        durable(last.lastEntry());
        snapshotWanted = true;
    }

    /** Of the entries up to this one nothing is wanted that is not pinned. */
    void durable(long sequenceNumber) {
        trimUpTo = Math.max(trimUpTo, sequenceNumber);
    }

    boolean wantsSnapshot() {
        return snapshotWanted;
    }

    void snapshotTaken() {
        snapshotWanted = false;
    }

    /** The entry up to which the journal may be trimmed now that a snapshot covers {@code sequenceNumber}; 0 for none. */
    long trimmableUpTo(long sequenceNumber) {
        long upTo = Math.min(trimUpTo, sequenceNumber);
        if (upTo == 0 || upTo < trimUpTo) return upTo;
        trimUpTo = 0;
        rowsAwaitTrim = false;
        return upTo;
    }

    /** Whether the tables may have rows of purged messages. */
    boolean rowsLeft() {
        return rowsLeft;
    }

    /** Whether these rows may go. */
    boolean rowsMayGo() {
        return rowsLeft && !rowsAwaitTrim;
    }

    void rowsGone() {
        rowsLeft = false;
    }
}
