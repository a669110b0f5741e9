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

    int placeByTime;
    int placeByOffset;

    Lease(long offset, long visibleAtMillis) {
        this.offset = offset;
        this.visibleAtMillis = visibleAtMillis;
    }

    boolean visible(long nowMillis) {
        return visibleAtMillis <= nowMillis;
    }

    int nextAttempt() {
        return counted ? attempt + 1 : attempt;
    }
}
