package org.escrowmq.transaction;

import org.jspecify.annotations.Nullable;

/**
 * When producers are asked about an undecided transaction. All durations in milliseconds, by the server's clock.
 *
 * @param immunityMillis from storing to the first check, where the message brings no time of its own
 * @param intervalMillis from a check to the next
 * @param checksMax how often a live client is asked before the transaction is parked
 * @param maxOpenMillis after how long it is parked even if nobody could be asked
 */
public record CheckPolicy(long immunityMillis, long intervalMillis, int checksMax, long maxOpenMillis) {
    /** The defaults of the reference. */
    public static final CheckPolicy STANDARD = new CheckPolicy(6_000, 30_000, 15, 72 * 3_600_000L);

    /** The time of the first check of a message that is stored now. {@code own}: what the message brings, milliseconds. */
    long firstCheck(long nowEpochMillis, @Nullable Long own) {
        return nowEpochMillis + (own == null ? immunityMillis : Math.max(0, own));
    }
}
