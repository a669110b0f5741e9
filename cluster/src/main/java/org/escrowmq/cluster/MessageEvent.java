package org.escrowmq.cluster;

import java.time.Duration;
import java.util.Optional;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;

/** Something that happened to one message of a queue, as its journal tells it. */
public sealed interface MessageEvent {
    /** Handles each kind; a new kind fails to compile wherever it is not handled. */
    <R> R fold(Cases<R> cases);

    /**
     * A consumer group as the journal names it.
     *
     * @param number on this queue, never used again
     * @param name empty where the group was deleted and its beginning lies before what was read
     */
    record Reader(int number, Optional<GroupName> name) {}

    /** It was stored and became visible. {@code bytes} of its stored form. */
    record Stored(int bytes) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.stored(this);
        }
    }

    /**
     * It was leased to a client of a group.
     *
     * @param attempt from 1; 0 where the deliveries before are not known
     * @param lease for an auto-renewed one the longest that it may last
     * @param repeated the same receive came again and got the same: no attempt more
     */
    record Delivered(
            Reader group,
            int attempt,
            long deliveryNumber,
            String clientId,
            Duration lease,
            boolean autoRenew,
            boolean repeated)
            implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.delivered(this);
        }
    }

    /** A consumer's filter did not want it: the group is done with it. */
    record Skipped(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.skipped(this);
        }
    }

    /** An earlier message of its message group was outstanding: it waits until that one is done. */
    record Blocked(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.blocked(this);
        }
    }

    /**
     * Its consumer asked for another time, or handed it back.
     *
     * @param deliveryNumber the new one
     * @param invisible from then on
     * @param countsAsAttempt whether the next delivery is an attempt more
     */
    record InvisibleChanged(Reader group, long deliveryNumber, Duration invisible, boolean countsAsAttempt)
            implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.invisibleChanged(this);
        }
    }

    /** Its auto-renewed lease was given up with its client; others get it after {@code delay} at the latest. */
    record Released(Reader group, String clientId, Duration delay) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.released(this);
        }
    }

    /** The group is done with it. */
    record Acknowledged(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.acknowledged(this);
        }
    }

    /** A group began to read the queue, at {@code at}: with the message where that is not behind it. */
    record GroupOpened(Reader group, Offset at) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupOpened(this);
        }
    }

    /** A group was forgotten, with what it had done. */
    record GroupDeleted(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupDeleted(this);
        }
    }

    /** A group was moved to {@code to}: the message comes again where that is not behind it, else the group is done with it. */
    record GroupMoved(Reader group, Offset to) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupMoved(this);
        }
    }

    /**
     * Its retention was over, or it was purged: everything below {@code first} was given up.
     *
     * @param exact false where that may have been before: an earlier one is not in the journal any more
     */
    record GivenUp(Offset first, boolean exact) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.givenUp(this);
        }
    }

    /** It came from another queue: it is a dead letter, or was sent back. Follows what says that it was stored. */
    record Arrived(QueueId from) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.arrived(this);
        }
    }

    /** It was decided that it goes to the dead letters of the group, or ({@code back}) to the topic it came from; nobody gets it any more. */
    record MoveIntended(Reader group, boolean back) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moveIntended(this);
        }
    }

    /** It is in the other queue, and the group is done with it here. */
    record Moved(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moved(this);
        }
    }

    /** The topic it was to go back to does not exist: it stays. */
    record MoveGivenUp(Reader group) implements MessageEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moveGivenUp(this);
        }
    }

    /** One method a kind. */
    interface Cases<R> {
        R stored(Stored event);

        R delivered(Delivered event);

        R skipped(Skipped event);

        R blocked(Blocked event);

        R invisibleChanged(InvisibleChanged event);

        R released(Released event);

        R acknowledged(Acknowledged event);

        R groupOpened(GroupOpened event);

        R groupDeleted(GroupDeleted event);

        R groupMoved(GroupMoved event);

        R givenUp(GivenUp event);

        R arrived(Arrived event);

        R moveIntended(MoveIntended event);

        R moved(Moved event);

        R moveGivenUp(MoveGivenUp event);
    }
}
