package org.escrowmq.api.messaging;

/**
 * How many sends may be in flight so that they are answered in about a given time. Looks at one window of time after another: where even
 * the send that was answered fastest took longer than the target, so many wait in front of it that it is no chance, and the limit
 * shrinks to what would have been answered in time; else it grows by a quarter. So a pause, a slow write or a burst (in which some are fast) is
 * no overload, and one that stands is met after a window. Below the least the limit never falls: a disk that is slow for every
 * write is not made faster by refusing. Pure: the caller brings the time, monotonic nanoseconds.
 *
 * <p>Thread-safe; {@link #limit} takes no lock.
 */
final class AdaptiveLimit {
    /** The limit shrinks to no less than this part in a window, whatever a single window says. */
    private static final double SHRINK_MOST = 0.25;

    private static final double GROWTH = 1.25;

    private final int least;
    private final int most;
    private final long targetNanos;
    private final long windowNanos;
    private long windowEndNanos;
    private long fastestNanos = Long.MAX_VALUE;
    private boolean started;
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

    /** A send was answered, {@code tookNanos} after it was taken; so many others are in flight. */
    synchronized void answered(long tookNanos, int inFlight, long nowNanos) {
        if (!started) {
            started = true;
            windowEndNanos = nowNanos + windowNanos;
        }
        fastestNanos = Math.min(fastestNanos, tookNanos);
        if (nowNanos - windowEndNanos < 0) return;
        limit = next(Math.min(limit, Math.max(inFlight, least)), fastestNanos);
        fastestNanos = Long.MAX_VALUE;
        windowEndNanos = nowNanos + windowNanos;
    }

    private int next(int used, long fastest) {
        if (fastest <= targetNanos) return (int) Math.min(most, Math.max(limit * GROWTH, least));
        double part = Math.max(SHRINK_MOST, (double) targetNanos / fastest);
        return Math.max(least, (int) (used * part));
    }
}
