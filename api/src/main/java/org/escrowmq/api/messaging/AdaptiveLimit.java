package org.escrowmq.api.messaging;

/**
 * How many sends may be in flight so that they are answered in about a given time. Looks at one window of time after another: where even
 * the send that was answered fastest took longer than the target, so many wait in front of it that it is no chance, and the limit
 * becomes what is answered in the target time at the rate of this window or the last one; else it grows, by a quarter at most and the
 * less the closer the target is. So a pause, a slow write or a burst (in which some are fast) is no overload, and one that stands is met
 * after a window. Below the least the limit never falls: a disk that is slow for every write is not made faster by refusing. Pure: the
 * caller brings the time, monotonic nanoseconds.
 *
 * <p>Thread-safe; {@link #limit} takes no lock.
 */
final class AdaptiveLimit {
    private static final double GROWTH_MAX = 0.25;

    private final int least;
    private final int most;
    private final long targetNanos;
    private final long windowNanos;
    private long windowBeginNanos;
    private boolean begun;
    private long answers;
    private long fastestNanos = Long.MAX_VALUE;
    private double lastPerNano;
    private volatile int limit;

    /** Starts with {@code most}. */
    AdaptiveLimit(int least, int most, long targetNanos, long windowNanos) {
        this.least = Math.min(least, most);
        this.most = most;
        this.targetNanos = targetNanos;
        this.windowNanos = windowNanos;
        this.limit = most;
    }

    /** Sends that may be in flight now. */
    int limit() {
        return limit;
    }

    /** A send was answered, {@code tookNanos} after it was taken. */
    synchronized void answered(long tookNanos, long nowNanos) {
        if (!begun) {
            begun = true;
            windowBeginNanos = nowNanos;
        }
        answers++;
        fastestNanos = Math.min(fastestNanos, Math.max(1, tookNanos));
        long passed = nowNanos - windowBeginNanos;
        if (passed >= windowNanos) endWindow(passed, nowNanos);
    }

    private void endWindow(long passedNanos, long nowNanos) {
        double perNano = (double) answers / passedNanos;
        double next = fastestNanos > targetNanos
                ? Math.min(limit, Math.max(perNano, lastPerNano) * targetNanos)
                : limit * (1 + GROWTH_MAX * Math.min(1, (double) targetNanos / fastestNanos - 1)) + 1;
        limit = (int) Math.max(least, Math.min(most, next));
        lastPerNano = perNano;
        answers = 0;
        fastestNanos = Long.MAX_VALUE;
        windowBeginNanos = nowNanos;
    }
}
