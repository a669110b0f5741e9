package org.escrowmq.persistence.replication;

import java.nio.ByteBuffer;

/**
 * A log of messages that a majority of members has on disk, the same in the same order on each of them. Whoever offers a message knows
 * that it is in the log when the follower receives it, and by nothing else.
 */
public interface ReplicatedLog extends AutoCloseable {
    /** The most that a message holds. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    /** Receives what the log holds, in order, from the last snapshot on after a restart. One thread. */
    interface Follower {
        /**
         * A message of the log.
         *
         * @param position where it ends; grows with each message, and is the same on every member
         * @param message the follower's own from now on
         */
        void message(long position, ByteBuffer message);

        /**
         * The log up to here may be dropped once this has returned: what was received is durable here. A failure ends the member.
         *
         * @param position not before the end of the last message
         * @return what a start from here needs beside the store; the same on every member
         */
        ByteBuffer snapshot(long position);

        /**
         * The log begins at a snapshot; a failure ends the member.
         *
         * @param position 0 for the beginning
         * @param state what {@link #snapshot} answered then; empty at the beginning
         */
        void begins(long position, ByteBuffer state);

        /** The member has ended by a fault of its own; nothing is received any more. */
        void failed(Throwable cause);
    }

    /** What became of an offer. */
    enum Offer {
        /** It is on its way. Whether it comes into the log is not known. */
        SENT,
        /** Not now: the leader has enough to do. */
        BUSY,
        /** There is no leader that can be reached now. */
        NOT_CONNECTED
    }

    /** Has the member join the others, and the follower receive. Once. */
    void start(Follower follower);

    /** Offers a message. One thread, the one of {@link #poll}. */
    Offer offer(ByteBuffer message);

    /**
     * Keeps the way to the leader open. To be called all the time, by one thread. Answers how often the way was made anew: of what was sent
     * before that nobody knows what has become.
     */
    long poll();

    /** Leaves the others. */
    @Override
    void close();
}
