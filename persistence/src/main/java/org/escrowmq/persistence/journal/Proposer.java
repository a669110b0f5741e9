package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.escrowmq.persistence.replication.ReplicatedLog;
import org.jspecify.annotations.Nullable;

/**
 * What a member has proposed and not seen applied yet. Numbers proposals, packs them into messages in the order of their numbers, and begins
 * again at the first one when nobody knows what became of the messages before. Thread-safe.
 */
final class Proposer {
    /** Small proposals share messages up to this size. */
    private static final int PACKED_BYTES = 32 << 10;

    private static final int ROOM =
            ReplicatedLog.MESSAGE_BYTES_MAX - ProposalMessages.HEADER_BYTES - ProposalMessages.PART_BYTES;

    private record Open(ByteBuffer bytes, CommitLog.Completion completion) {}

    private final int member;
    private final long incarnation;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final TreeMap<Long, Open> open = new TreeMap<>();
    private long bytes;
    private long last;
    /** What goes out next: the number of a proposal, and the first byte of it. */
    private long next = 1;

    private int nextFrom;
    /** The same once the message that was handed out is on its way. */
    private long afterwards = 1;

    private int afterwardsFrom;
    /** A later proposal came by than the first that is open. */
    private boolean missing;

    private boolean closed;

    /** {@code bytesMax} bounds what is open; more makes its callers wait. */
    Proposer(int member, long incarnation, long bytesMax) {
        this.member = member;
        this.incarnation = incarnation;
        this.bytesMax = bytesMax;
    }

    long incarnation() {
        return incarnation;
    }

    /** Adds a proposal; false when this is closed. */
    boolean add(Proposal proposal, CommitLog.Completion completion) {
        ByteBuffer encoded = ProposalCodec.encode(proposal);
        lock.lock();
        try {
            while (!closed && bytes > 0 && bytes + encoded.remaining() > bytesMax) drained.awaitUninterruptibly();
            if (closed) return false;
            open.put(++last, new Open(encoded, completion));
            bytes += encoded.remaining();
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next message, which stays the next one until {@link #sent}; null when there is none after {@code waitNanos}. */
    @Nullable
    ByteBuffer message(long waitNanos) throws InterruptedException {
        lock.lock();
        try {
            if (next > last && !closed) {
                long left = filled.awaitNanos(waitNanos);
                if (left <= 0 && next > last) return null;
            }
            return next > last ? null : pack();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ByteBuffer pack() {
        long firstOpen = open.isEmpty() ? last + 1 : open.firstKey();
        if (firstOpen > next) {
            next = firstOpen;
            nextFrom = 0;
        }
        if (next > last) return null;
        ProposalMessages.Numbered first = numbered(next);
        int bytes = first.bytes().remaining();
        if (bytes > ROOM) {
            int size = Math.min(ROOM, bytes - nextFrom);
            boolean whole = nextFrom + size == bytes;
            afterwards = whole ? next + 1 : next;
            afterwardsFrom = whole ? 0 : nextFrom + size;
            return ProposalMessages.part(member, incarnation, first, nextFrom, size);
        }
        List<ProposalMessages.Numbered> together = together();
        afterwards = next + together.size();
        afterwardsFrom = 0;
        return ProposalMessages.whole(member, incarnation, together);
    }

    private List<ProposalMessages.Numbered> together() {
        List<ProposalMessages.Numbered> packed = new ArrayList<>();
        int size = 0;
        for (long number = next; number <= last; number++) {
            ProposalMessages.Numbered one = numbered(number);
            size += ProposalMessages.WHOLE_BYTES + one.bytes().remaining();
            if (!packed.isEmpty() && size > PACKED_BYTES) break;
            packed.add(one);
        }
        return packed;
    }

    private ProposalMessages.Numbered numbered(long number) {
        Open one = open.get(number);
        if (one == null) throw new IllegalStateException("proposal " + number + " is not open");
        return new ProposalMessages.Numbered(number, one.bytes());
    }

    /** The message that was handed out last is on its way. */
    void sent() {
        lock.lock();
        try {
            next = afterwards;
            nextFrom = afterwardsFrom;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody knows what became of the messages before: all that is open goes out again. */
    void again() {
        lock.lock();
        try {
            next = open.isEmpty() ? last + 1 : open.firstKey();
            nextFrom = 0;
            missing = false;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the first that is open did not come by in its turn. */
    boolean missing() {
        lock.lock();
        try {
            return missing;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is left to be sent. */
    boolean allSent() {
        lock.lock();
        try {
            return next > last;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the first that is open; Long.MAX_VALUE for none. */
    long firstOpen() {
        lock.lock();
        try {
            return open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A proposal came by in the log: who waits for its answer. Null when it came by before, or when one before it is missing: then it counts
     * for nothing, and has to go out again.
     */
    CommitLog.@Nullable Completion cameBy(long number) {
        lock.lock();
        try {
            if (open.isEmpty() || open.firstKey() != number) {
                missing |= number > firstOpen();
                return null;
            }
            Open one = open.remove(number);
            if (one == null) return null;
            missing = false;
            bytes -= one.bytes().remaining();
            drained.signalAll();
            return one.completion();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; answers who waits. */
    List<CommitLog.Completion> close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
            drained.signalAll();
            List<CommitLog.Completion> waiting =
                    open.values().stream().map(Open::completion).toList();
            open.clear();
            next = last + 1;
            return waiting;
        } finally {
            lock.unlock();
        }
    }
}
