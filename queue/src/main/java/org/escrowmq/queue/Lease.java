package org.escrowmq.queue;

import org.jspecify.annotations.Nullable;

/**
 * An outstanding message of a group: leased, waiting for its next delivery, or passed over by a delivery that took later
 * ones. It is invisible until its time comes and may be delivered from then on; nothing else happens at that moment. Owned by a
 * {@link LeaseTable}, which orders it by its time.
 */
final class Lease {
    final long offset;

    /** On the owner's monotonic clock. Changed by {@link LeaseTable#reschedule} only. */
    long visibleAtMillis;

    /** The number of the latest delivery or change, 0 before the first. */
    long deliveryNumber;

    /** Of the latest delivery, 0 before the first. */
    int attempt;

    /** Whether the latest delivery counts, so that the next one is an attempt more. */
    boolean counted = true;

    /** Whether its consumer has given it up and it waits for another delivery. */
    boolean handedBack;

    /** The client that keeps the lease alive, where the server renews it. */
    RenewingClients.@Nullable Client renewedBy;

    /** Of its message group, where the group is ordered; 0 when there is none. */
    final long groupHash;

    /** Whether an earlier message of its message group is outstanding, so that it may not be offered yet. */
    boolean blocked;

    /** Its neighbours among the outstanding messages of its message group; owned by {@link MessageGroups}. */
    @Nullable
    Lease before;

    @Nullable
    Lease after;

    /** Of the receive that it was delivered to, where that was named; 0 when it was not. */
    long attemptHash;

    /** Where its message is being moved to, under its delivery number; null when it is not. */
    Move.@Nullable Destination destination;

    int placeByTime;
    int placeByOffset;

    Lease(long offset, long visibleAtMillis) {
        this(offset, 0, visibleAtMillis);
    }

    Lease(long offset, long groupHash, long visibleAtMillis) {
        this.offset = offset;
        this.groupHash = groupHash;
        this.visibleAtMillis = visibleAtMillis;
    }

    /** Whether it may be offered. */
    boolean visible(long nowMillis) {
        return !blocked && over(nowMillis);
    }

    /** Whether nobody holds it any more; while it is blocked it is not offered all the same. */
    boolean over(long nowMillis) {
        return visibleAtMillis <= nowMillis;
    }

    /** When it will be offered, as far as that is known: a blocked one waits for others, not for a time. */
    long offeredAtMillis() {
        return blocked ? Long.MAX_VALUE : visibleAtMillis;
    }

    /** Whether its message is on its way to another queue: nobody is given it any more, and it is in no message group. */
    boolean isMoving() {
        return destination != null;
    }

    int nextAttempt() {
        return counted ? attempt + 1 : attempt;
    }
}
