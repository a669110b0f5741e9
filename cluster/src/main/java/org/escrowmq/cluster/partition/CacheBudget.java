package org.escrowmq.cluster.partition;

import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of messages that all queues of a node keep in memory together. Thread-safe. Over the budget each queue that
 * takes in a message lets go of its older ones, down to the newest, so the sum comes back by itself.
 */
public final class CacheBudget {
    private final long bytesMax;
    private final LongAdder used = new LongAdder();

    /** A budget of {@code bytesMax} bytes. */
    public CacheBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void take(long bytes) {
        used.add(bytes);
    }

    void giveBack(long bytes) {
        used.add(-bytes);
    }

    boolean exceeded() {
        return used.sum() > bytesMax;
    }

    /** What is kept now. */
    public long usedBytes() {
        return used.sum();
    }
}
