package org.escrowmq.cluster;

import org.escrowmq.model.GroupName;

/**
 * What a consumer group is to be like.
 *
 * @param fifo messages of one message group are delivered in order
 * @param maxAttempts deliveries before a message goes to the dead-letter queue, default 17
 * @param start where the group begins on a topic it never read
 */
public record GroupSpec(GroupName name, boolean fifo, int maxAttempts, StartPosition start, RetryPolicy retry) {
    /** Deliveries before the dead-letter queue, where nobody says otherwise. */
    public static final int DEFAULT_MAX_ATTEMPTS = 17;

    /** Where a new group begins. */
    public enum StartPosition {
        FIRST,
        LATEST
    }
}
