package org.escrowmq.cluster.partition;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.escrowmq.queue.IdRoom;

/**
 * What all queues of a node keep in memory together: bytes of messages, and ids of messages. Thread-safe. Over the bytes each queue that
 * takes in a message lets go of its older ones, down to the newest, so the sum comes back by itself. Ids are taken before they are
 * remembered, so they are never over.
 */
public final class CacheBudget implements IdRoom {
    private final long bytesMax;
    private final int idsMax;
    private final LongAdder used = new LongAdder();
    private final AtomicInteger ids = new AtomicInteger();

    /** A budget of {@code bytesMax} bytes, and of as many ids as the queues like. */
    public CacheBudget(long bytesMax) {
        this(bytesMax, Integer.MAX_VALUE);
    }

    /** A budget of {@code bytesMax} bytes and {@code idsMax} ids. */
    public CacheBudget(long bytesMax, int idsMax) {
        this.bytesMax = bytesMax;
        this.idsMax = idsMax;
    }

    @Override
    public boolean take(int wanted) {
        int taken = ids.get();
        while (wanted <= idsMax - taken) {
            if (ids.compareAndSet(taken, taken + wanted)) return true;
            taken = ids.get();
        }
        return false;
    }

    @Override
    public void giveBack(int given) {
        ids.addAndGet(-given);
    }

    /** Ids that have room now. */
    public int usedIds() {
        return ids.get();
    }

    void takeBytes(long bytes) {
        used.add(bytes);
    }

    void giveBackBytes(long bytes) {
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
