package org.escrowmq.persistence.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Decides whether entries with bodies are still taken. They stop when less than {@code minFreeBytes} is left and come back at
 * {@code resumeFreeBytes}; what is between is the reserve for acks, decisions, trims and snapshots. Any thread; it looks at
 * the file system at most every {@link #INTERVAL_NANOS}, on the call of a writer, so it recovers alone and needs no timer.
 */
final class SpaceGuard {
    private static final long INTERVAL_NANOS = 50_000_000;

    private final LongSupplier freeBytes;
    private final LongSupplier nanoTime;
    private final long minFreeBytes;
    private final long resumeFreeBytes;
    private final AtomicLong lookAgainAt;
    private volatile boolean accepts = true;
    private volatile long lastFree;

    SpaceGuard(LongSupplier freeBytes, LongSupplier nanoTime, long minFreeBytes, long resumeFreeBytes) {
        this.freeBytes = freeBytes;
        this.nanoTime = nanoTime;
        this.minFreeBytes = minFreeBytes;
        this.resumeFreeBytes = resumeFreeBytes;
        lookAgainAt = new AtomicLong(nanoTime.getAsLong() + INTERVAL_NANOS);
        look();
    }

    /** Whether an entry with blobs may be proposed. */
    boolean acceptsBodies() {
        long now = nanoTime.getAsLong();
        long due = lookAgainAt.get();
        if (now - due >= 0 && lookAgainAt.compareAndSet(due, now + INTERVAL_NANOS)) look();
        return accepts;
    }

    /** There was no room for another segment. */
    void exhausted() {
        accepts = false;
    }

    private void look() {
        long free = freeBytes.getAsLong();
        lastFree = free;
        if (free < minFreeBytes) {
            accepts = false;
        } else if (free >= resumeFreeBytes) {
            accepts = true;
        }
    }

    /** What was free at the last look. */
    long freeBytes() {
        return lastFree;
    }

    long minFreeBytes() {
        return minFreeBytes;
    }
}
