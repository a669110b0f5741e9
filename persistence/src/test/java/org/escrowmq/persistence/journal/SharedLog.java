package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.escrowmq.persistence.replication.ReplicatedLog;
import org.jspecify.annotations.Nullable;

/** A replicated log in memory, whose way to the leader loses and repeats messages by a seeded chance. */
final class SharedLog {
    private static final int STEP = 64;

    private final Random random;
    private final double lost;
    private final double repeated;
    private final List<ByteBuffer> messages = new ArrayList<>();
    private final List<Member> started = new ArrayList<>();
    private int snapshotAt;
    private ByteBuffer snapshot = ByteBuffer.allocate(0);
    private long ways = 1;
    private int snapshotWanted = -1;
    private int taken;
    private int lostAt = -1;

    /** Loses and repeats these shares of all messages. */
    SharedLog(long seed, double lost, double repeated) {
        this.random = new Random(seed);
        this.lost = lost;
        this.repeated = repeated;
    }

    /** A member's view of it. */
    ReplicatedLog member() {
        return new Member();
    }

    synchronized int size() {
        return messages.size();
    }

    /** Every member that runs takes a snapshot; one that starts later begins there. */
    synchronized void snapshot() {
        snapshotAt = messages.size();
        taken++;
        for (Member member : started) snapshot = member.following().snapshot((long) snapshotAt * STEP);
    }

    private synchronized void append(ByteBuffer message) {
        messages.add(ByteBuffer.allocate(message.remaining())
                .put(message.duplicate())
                .flip());
        for (Member member : started) member.deliver(messages.size() - 1);
        if (messages.size() == snapshotWanted) snapshot();
    }

    /** Takes a snapshot when so many messages are there. */
    synchronized void snapshotAfter(int messagesThere) {
        snapshotWanted = messagesThere;
    }

    synchronized int snapshots() {
        return taken;
    }

    /** Loses the message that comes after so many others, and nobody notices. */
    synchronized void loseQuietly(int after) {
        lostAt = messages.size() + after;
    }

    private final class Member implements ReplicatedLog {
        private @Nullable Follower follower;

        Follower following() {
            Follower known = follower;
            if (known == null) throw new IllegalStateException("not started");
            return known;
        }

        @Override
        public void start(Follower starting) {
            synchronized (SharedLog.this) {
                follower = starting;
                starting.begins((long) snapshotAt * STEP, snapshot.duplicate());
                for (int i = snapshotAt; i < messages.size(); i++) deliver(i);
                started.add(this);
            }
        }

        void deliver(int index) {
            ByteBuffer stored = messages.get(index);
            ByteBuffer copy = ByteBuffer.allocate(stored.remaining())
                    .put(stored.duplicate())
                    .flip();
            following().message((index + 1L) * STEP, copy);
        }

        @Override
        public Offer offer(ByteBuffer message) {
            synchronized (SharedLog.this) {
                if (random.nextDouble() < lost) {
                    ways++;
                    return Offer.SENT;
                }
                if (messages.size() == lostAt) {
                    lostAt = -1;
                    return Offer.SENT;
                }
                append(message);
                if (random.nextDouble() < repeated) append(message);
                return Offer.SENT;
            }
        }

        @Override
        public long poll() {
            synchronized (SharedLog.this) {
                return ways;
            }
        }

        @Override
        public void close() {
            synchronized (SharedLog.this) {
                started.remove(this);
            }
        }
    }
}
