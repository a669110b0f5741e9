package org.escrowmq.queue;

import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/** What happened to a queue. Groups are named by a number that is local to the queue and never used again. */
public sealed interface QueueEvent {
    /** Handles each kind. */
    <R> R fold(Cases<R> cases);

    /** Messages became visible at the offsets from {@code first} on. */
    record Appended(Offset first, List<QueueCommand.Incoming> messages, long storedEpochMillis) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.appended(this);
        }
    }

    /** A group was opened. */
    record GroupStarted(GroupName group, int groupNumber, Offset at) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupStarted(this);
        }
    }

    /** A group was forgotten. */
    record GroupDeleted(int groupNumber) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupDeleted(this);
        }
    }

    /** Messages were leased, others skipped by a filter. The leases' numbers are consecutive from {@code firstDeliveryNumber}. */
    record Delivered(
            int groupNumber,
            List<Offset> taken,
            List<Offset> skipped,
            long firstDeliveryNumber,
            long leaseMillis,
            boolean autoRenew,
            String clientId)
            implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.delivered(this);
        }
    }

    /**
     * Messages of an ordered group were leased, others skipped or passed over (outstanding from then on, behind an earlier message of
     * their message group). {@code repeated}: the receive {@code attempt} got the same messages before, and they are no attempt more.
     */
    record DeliveredInOrder(
            int groupNumber,
            List<QueueCommand.Grouped> taken,
            List<Offset> skipped,
            List<QueueCommand.Grouped> passed,
            long firstDeliveryNumber,
            long leaseMillis,
            boolean autoRenew,
            String clientId,
            long attempt,
            boolean repeated)
            implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.deliveredInOrder(this);
        }
    }

    /** A message is done with, for a group. */
    record Acknowledged(int groupNumber, Offset offset) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.acknowledged(this);
        }
    }

    /** A delivered message was given a new time and number. */
    record InvisibleChanged(
            int groupNumber, Offset offset, long deliveryNumber, long invisibleMillis, boolean countsAsAttempt)
            implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.invisibleChanged(this);
        }
    }

    /** The auto-renewed leases of a client end after {@code delayMillis}. */
    record ClientReleased(String clientId, long delayMillis) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.clientReleased(this);
        }
    }

    /** Everything below {@code first} is gone. */
    record Trimmed(Offset first) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.trimmed(this);
        }
    }

    /** A group's progress was moved: its leases are gone, and it goes on at {@code at}. */
    record GroupReset(int groupNumber, Offset at) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.groupReset(this);
        }
    }

    /** A message is to be moved elsewhere: its group gets it no more, and its message group goes on without it. */
    record MoveIntended(int groupNumber, Offset offset, long moveNumber, Move.Destination destination)
            implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moveIntended(this);
        }
    }

    /** A move is finished: the message is durable in the other queue, and its group is done with it here. */
    record Moved(int groupNumber, Offset offset) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moved(this);
        }
    }

    /** A move has nowhere to go: the message is as it was before. */
    record MoveGivenUp(int groupNumber, Offset offset) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.moveGivenUp(this);
        }
    }

    /** The message at an offset, appended in the event before, was moved here from another queue. */
    record Arrived(MoveId id, Offset offset) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.arrived(this);
        }
    }

    /** The origin of a message that was moved here will not send it again. */
    record ArrivalForgotten(MoveId id) implements QueueEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.arrivalForgotten(this);
        }
    }

    /** One method a kind. */
    interface Cases<R> {
        R appended(Appended event);

        R groupStarted(GroupStarted event);

        R groupDeleted(GroupDeleted event);

        R delivered(Delivered event);

        R deliveredInOrder(DeliveredInOrder event);

        R acknowledged(Acknowledged event);

        R invisibleChanged(InvisibleChanged event);

        R clientReleased(ClientReleased event);

        R trimmed(Trimmed event);

        R groupReset(GroupReset event);

        R moveIntended(MoveIntended event);

        R moved(Moved event);

        R moveGivenUp(MoveGivenUp event);

        R arrived(Arrived event);

        R arrivalForgotten(ArrivalForgotten event);
    }
}
