package org.escrowmq.persistence.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the writing thread: many producers, one consumer, bounded in number and bytes (a producer over the bound
 * waits). The consumer takes all that fits in one commit group at once, so a busy server batches without any timer.
 */
final class ProposalQueue {
    /** A proposal with its completion, of a replicated log also with its place; or a task. */
    record Item(
            @Nullable Place place,
            @Nullable Proposal proposal,
            CommitLog.@Nullable Completion completion,
            CommitLog.@Nullable Task task,
            long bytes) {}

    private final int itemsMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long bytes;
    private int waiting;
    private boolean consumerWaits;
    private boolean closed;

    ProposalQueue(int itemsMax, long bytesMax) {
        this.itemsMax = itemsMax;
        this.bytesMax = bytesMax;
    }

    /** Adds; answers false when the queue is closed. */
    boolean put(Item item) {
        lock.lock();
        try {
            while (!closed && (items.size() >= itemsMax || (bytes > 0 && bytes + item.bytes() > bytesMax))) {
                waiting++;
                drained.awaitUninterruptibly();
                waiting--;
            }
            if (closed) return false;
            items.addLast(item);
            bytes += item.bytes();
            if (consumerWaits) filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves what fits in {@code groupBytesMax} (at least one item) to {@code into}; waits for a first item up to
     * {@code idleNanos}, or for ever when that is negative.
     *
     * @return false when the queue is closed and empty
     */
    boolean take(List<Item> into, long groupBytesMax, long idleNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = idleNanos;
            while (items.isEmpty() && !closed) {
                if (idleNanos >= 0 && left <= 0) return true;
                consumerWaits = true;
                if (idleNanos < 0) {
                    filled.await();
                } else {
                    left = filled.awaitNanos(left);
                }
                consumerWaits = false;
            }
            drain(into, groupBytesMax);
            return !into.isEmpty() || !closed;
        } finally {
            consumerWaits = false;
            lock.unlock();
        }
    }

    private void drain(List<Item> into, long groupBytesMax) {
        long taken = 0;
        for (Item item = items.peekFirst(); item != null; item = items.peekFirst()) {
            if (taken > 0 && taken + item.bytes() > groupBytesMax) break;
            into.add(items.removeFirst());
            taken += item.bytes();
        }
        bytes -= taken;
        if (waiting > 0) drained.signalAll();
    }

    /** Takes nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
            drained.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes and hands over what is still there. */
    List<Item> closeAndDrain() {
        close();
        lock.lock();
        try {
            List<Item> rest = new ArrayList<>(items);
            items.clear();
            bytes = 0;
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Items that wait. */
    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    static long timeout(java.time.Duration duration) {
        return TimeUnit.MILLISECONDS.toNanos(duration.toMillis());
    }
}
