package org.escrowmq.cluster.entity;

import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.Refusal;

/**
 * An operation that waits to be decided. The entity calls {@link #decide} once, in order, when it seals a batch; exactly one
 * of the two ways to answer follows: what {@code decide} returned, once the batch is durable, or {@link #refuse}.
 */
interface Step {
    /** The moment of a batch: the monotonic clock for leases, the server's clock for what is stored. */
    record Moment(long nowMillis, long epochMillis) {}

    /** Decides on the tentative state. The returned action answers; it runs on the entity's thread. */
    Runnable decide(Partition partition, Moment moment);

    /** Answers that nothing was done, or (TIMEOUT) that nobody knows. */
    void refuse(Refusal why);

    /** Bytes of bodies that it brings; what the entity's bound counts. */
    default int bytes() {
        return 0;
    }
}
