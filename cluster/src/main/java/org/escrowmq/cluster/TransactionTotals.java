package org.escrowmq.cluster;

/**
 * How many transactions are undecided.
 *
 * @param oldestOpenEpochMillis when the oldest open one was stored, or {@link #NEVER}
 */
public record TransactionTotals(long open, long parked, long oldestOpenEpochMillis) {
    /** The oldest of none. */
    public static final long NEVER = Long.MAX_VALUE;

    /** None. */
    public static final TransactionTotals NONE = new TransactionTotals(0, 0, NEVER);

    /** Of both together. */
    public TransactionTotals plus(TransactionTotals other) {
        return new TransactionTotals(
                open + other.open, parked + other.parked, Math.min(oldestOpenEpochMillis, other.oldestOpenEpochMillis));
    }
}
