package org.escrowmq.cluster.quota;

import java.time.Duration;

/**
 * A rate with a burst: fills with time, up to what the burst time brings (at least one), and may be taken into debt. It is open while
 * it holds one or more; whoever finds it open may take any amount, so one large request passes and those after it wait until the
 * debt is paid. So what passes is the rate on average, whatever the sizes. Pure: the caller brings the time, monotonic nanoseconds; an
 * earlier one than before counts as the same. Not thread-safe.
 */
public final class TokenBucket {
    private static final double NANOS = 1e9;

    private final double perNano;
    private final double capacity;
    private double level;
    private long atNanos;

    /** A full one. {@code perSecond} is 1 or more. */
    public TokenBucket(long perSecond, Duration burst, long nowNanos) {
        if (perSecond < 1) throw new IllegalArgumentException("a rate is 1 a second or more, got " + perSecond);
        this.perNano = perSecond / NANOS;
        this.capacity = Math.max(1, perNano * burst.toNanos());
        this.level = capacity;
        this.atNanos = nowNanos;
    }

    /** Whether something may be taken. */
    public boolean isOpen(long nowNanos) {
        return level(nowNanos) >= 1;
    }

    /** Whether nothing is missing: it is then as good as a new one. */
    public boolean isFull(long nowNanos) {
        return level(nowNanos) >= capacity;
    }

    /** What may be taken without debt, 0 or more. */
    public long holds(long nowNanos) {
        return (long) Math.max(0, level(nowNanos));
    }

    /** How long until it is open; 0 when it is. */
    public long opensInNanos(long nowNanos) {
        double lacks = 1 - level(nowNanos);
        return lacks <= 0 ? 0 : (long) Math.ceil(lacks / perNano);
    }

    /** Takes any amount. */
    public void take(long amount, long nowNanos) {
        level = level(nowNanos) - amount;
    }

    /** Undoes a {@link #take}. */
    public void putBack(long amount) {
        level = Math.min(capacity, level + amount);
    }

    private double level(long nowNanos) {
        long passed = nowNanos - atNanos;
        if (passed > 0) {
            level = Math.min(capacity, level + passed * perNano);
            atNanos = nowNanos;
        }
        return level;
    }
}
