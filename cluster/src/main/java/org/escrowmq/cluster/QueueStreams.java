package org.escrowmq.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/**
 * The stored messages of a queue as a stream: read in order from an offset on, without leases, and where groups stand on it. The
 * messages are those that {@link MessageExchange} delivers; reading takes nothing from any group. Nothing here blocks; stages complete
 * on an actor's thread. Every call may be refused with TOPIC_NOT_FOUND, or INVALID_ARGUMENT for a queue that the topic does not have.
 */
public interface QueueStreams {
    /** A queue of a topic, as clients name it. */
    record Place(TopicName topic, int queue) {}

    /**
     * What a reader asks for.
     *
     * @param group who reads; it need not exist, since nothing of it is read or changed
     * @param maxMessages 1 to 32
     * @param poll how long to wait when there is nothing from {@code from} on
     */
    record PullQuery(GroupName group, Place place, Offset from, MessageFilter filter, int maxMessages, Duration poll) {}

    /** What was read, in order; {@code next} is where to go on, behind what the filter left out. */
    record Pulled(List<StoredMessage> messages, Offset next) {}

    /** A pull under way. */
    interface Pull {
        /**
         * Completes with at least one message, or with none when the time is up. ILLEGAL_OFFSET beyond the end, OFFSET_NOT_FOUND below
         * the first stored message, FORBIDDEN (not readable, paused), TOO_MANY_REQUESTS.
         */
        CompletionStage<Outcome<Pulled>> messages();

        /** The client is gone: nobody waits for the answer any more. */
        void cancel();
    }

    /**
     * A place in a queue that is looked for.
     *
     * @param epochMillis with {@link Kind#TIME}, the server's clock; else of no meaning
     */
    record Position(Kind kind, long epochMillis) {
        /** What is looked for. */
        public enum Kind {
            /** The oldest message that is stored. */
            FIRST,
            /** Where the next message will be. */
            LATEST,
            /** The first message that was stored at a time or after it; the end when there is none. */
            TIME
        }

        /** The oldest message that is stored. */
        public static final Position FIRST = new Position(Kind.FIRST, 0);

        /** Where the next message will be. */
        public static final Position LATEST = new Position(Kind.LATEST, 0);

        /** The first message that was stored at this time or after it. */
        public static Position at(long epochMillis) {
            return new Position(Kind.TIME, epochMillis);
        }
    }

    /** How a group's progress was moved; {@code from} is absent where it had none. */
    record Move(Optional<Offset> from, Offset to) {}

    /**
     * What a purge gives up, or would: the messages from {@code from} to below {@code to}.
     *
     * @param bytes of their stored form
     */
    record Purge(Offset from, Offset to, long messages, long bytes) {}

    /** Reads messages, waiting when there is nothing. */
    Pull pull(PullQuery query);

    /** The offset of a position, among durable messages. */
    CompletionStage<Outcome<Offset>> find(Place place, Position position);

    /**
     * Every message below is done with, for the group. GROUP_NOT_FOUND; OFFSET_NOT_FOUND where the group never read the topic.
     */
    CompletionStage<Outcome<Offset>> progress(Place place, GroupName group);

    /**
     * Has the group go on at an offset, durably when it is answered: what it holds there is dropped, and its receipt handles of before
     * are void. An offset that is stored no more stands for the first that is; ILLEGAL_OFFSET beyond the end. The group is created
     * and bound to the topic as by a receive. GROUP_NOT_FOUND.
     */
    CompletionStage<Outcome<Move>> moveTo(Place place, GroupName group, Offset to);

    /**
     * Gives up every message before a position, for all groups and durably when it is answered. Groups that stood before it go on there,
     * and acknowledging what consumers hold of it changes nothing any more; the disk space comes back later. LATEST gives up all that is
     * durable by then; sends go on.
     *
     * @param dryRun only tells what would go
     */
    CompletionStage<Outcome<Purge>> purge(Place place, Position upTo, boolean dryRun);
}
