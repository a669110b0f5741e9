package org.escrowmq.systemtests.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How long a load goes on: a number of messages, or a time. Thread-safe; each true answer stands for one message. */
final class Extent {
    private final AtomicLong left;
    private final long endNanos;

    private Extent(long messages, long endNanos) {
        this.left = new AtomicLong(messages);
        this.endNanos = endNanos;
    }

    static Extent messages(long messages) {
        return new Extent(messages, Long.MAX_VALUE);
    }

    static Extent seconds(long seconds) {
        return new Extent(Long.MAX_VALUE, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    }

    boolean next() {
        if (endNanos != Long.MAX_VALUE && System.nanoTime() - endNanos >= 0) {
            return false;
        }
        return left.getAndDecrement() > 0;
    }
}
