package org.escrowmq.queue;

import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/** What can be asked of a queue. Times are durations in milliseconds; the moment itself is an argument of decide. */
public sealed interface QueueCommand {
    /** Handles each kind; a new kind fails to compile wherever it is not handled. */
    <R> R fold(Cases<R> cases);

    /**
     * What the queue must remember of a message that is appended.
     *
     * @param fingerprint 64 bits of the message id
     * @param groupHash 64 bits of the message group, 0 when it has none
     * @param bytes the size of the stored message
     */
    record Incoming(long fingerprint, long groupHash, int bytes) {
        /** Rejects a negative size. */
        public Incoming {
            if (bytes < 0) throw new IllegalArgumentException("a message has a size of at least 0, got " + bytes);
        }
    }

    /** Appends visible messages, in order, as one unit. {@code storedEpochMillis} is the server's clock. */
    record Append(List<Incoming> messages, long storedEpochMillis) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.append(this);
        }
    }

    /** Opens a group at an offset (at the first stored or the next one); a group that is open stays as it is. */
    record StartGroup(GroupName group, boolean atFirst) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.startGroup(this);
        }
    }

    /** Forgets a group with its leases and progress. */
    record DeleteGroup(GroupName group) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.deleteGroup(this);
        }
    }

    /**
     * Leases messages. {@code take} and {@code skip} come from {@link QueueState#candidates}; an offset that is not
     * available any more is left out of the delivery, silently. New messages below the highest one named that are named
     * in neither list wait, visible, for another delivery.
     *
     * @param skip what the consumer's filter does not want: acknowledged for the group without a delivery
     * @param leaseMillis ignored when {@code autoRenew}
     * @param autoRenew the lease holds while {@code clientId} lives, at most {@code autoRenewMaxMillis}
     */
    record Deliver(
            GroupName group, List<Offset> take, List<Offset> skip, long leaseMillis, boolean autoRenew, String clientId)
            implements QueueCommand {
        /** Rejects a negative lease. */
        public Deliver {
            if (!autoRenew && leaseMillis < 0) {
                throw new IllegalArgumentException("a lease is of at least 0 ms, got " + leaseMillis);
            }
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.deliver(this);
        }
    }

    /**
     * A message that a receive of an ordered group has looked at.
     *
     * @param groupHash 64 bits of its message group, 0 when it has none
     * @param bytes what it counts against {@code bytesMax}
     * @param wanted false where the consumer's filter does not want it
     */
    record Looked(Offset offset, long groupHash, int bytes, boolean wanted) {}

    /** A message and 64 bits of its message group. */
    record Grouped(Offset offset, long groupHash) {
        static List<Grouped> of(List<Looked> messages) {
            return messages.stream()
                    .map(message -> new Grouped(message.offset(), message.groupHash()))
                    .toList();
        }
    }

    /**
     * Leases messages in the order of each message group: none while an earlier one of its group is outstanding elsewhere.
     *
     * @param again what may be delivered again, from {@link QueueState#inOrder}
     * @param fresh new messages, without a gap from the first that was never offered
     * @param messagesMax how many are taken at most
     * @param bytesMax their bytes; the first one may exceed it
     * @param leaseMillis ignored when {@code autoRenew}
     * @param attempt 64 bits of the receive's own id, 0 when it has none: the same receive again gets the same messages
     */
    record DeliverInOrder(
            GroupName group,
            List<Looked> again,
            List<Looked> fresh,
            int messagesMax,
            long bytesMax,
            long leaseMillis,
            boolean autoRenew,
            String clientId,
            long attempt)
            implements QueueCommand {
        /** Rejects a negative lease. */
        public DeliverInOrder {
            if (!autoRenew && leaseMillis < 0) {
                throw new IllegalArgumentException("a lease is of at least 0 ms, got " + leaseMillis);
            }
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.deliverInOrder(this);
        }
    }

    /** Acknowledges the delivery with this number. */
    record Acknowledge(GroupName group, Offset offset, long deliveryNumber) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.acknowledge(this);
        }
    }

    /**
     * Makes a delivered message visible {@code invisibleMillis} from now, under a new delivery number.
     *
     * @param countsAsAttempt whether the next delivery's attempt is one higher
     */
    record ChangeInvisible(
            GroupName group, Offset offset, long deliveryNumber, long invisibleMillis, boolean countsAsAttempt)
            implements QueueCommand {
        /** Rejects a negative duration. */
        public ChangeInvisible {
            if (invisibleMillis < 0) {
                throw new IllegalArgumentException("a message is invisible for at least 0 ms, got " + invisibleMillis);
            }
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.changeInvisible(this);
        }
    }

    /**
     * All auto-renewed leases of a client become visible after {@code graceMillis}, at least {@code releaseDelayMillis}: its client is
     * gone, or nobody knows any more which of its deliveries it ever saw.
     */
    record ReleaseClient(String clientId, long graceMillis) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.releaseClient(this);
        }
    }

    /** Gives up every message below {@code first}, delivered or not. */
    record Trim(Offset first) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.trim(this);
        }
    }

    /**
     * Moves an open group's progress to {@code to}, back or ahead: what it holds is dropped, and everything from there on is new to it.
     * An offset that is not stored any more stands for the first that is.
     */
    record ResetGroup(GroupName group, Offset to) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.resetGroup(this);
        }
    }

    /**
     * Intends to move to the dead letters what would be delivered once too often: visible messages that were delivered {@code
     * maxAttempts} times. Looks at the {@code looked} whose time came first.
     */
    record Bury(GroupName group, int maxAttempts, int looked) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.bury(this);
        }
    }

    /** Intends to move the message of a delivery to the dead letters, also after its lease; not when a newer delivery has it. */
    record DeadLetter(GroupName group, Offset offset, long deliveryNumber) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.deadLetter(this);
        }
    }

    /** Intends to move messages (ascending offsets) back where they come from; those that the group is done with are left out. */
    record Redrive(GroupName group, List<Offset> offsets) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.redrive(this);
        }
    }

    /** The message is in the other queue: the group is done with it here. */
    record FinishMove(Move move) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.finishMove(this);
        }
    }

    /** A redrive has nowhere to go: the message stays, to be redriven at another time. */
    record GiveUpMove(Move move) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.giveUpMove(this);
        }
    }

    /** Appends a message that another queue moves here, unless this move did it before. */
    record TakeIn(MoveId id, Incoming message, long storedEpochMillis) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.takeIn(this);
        }
    }

    /** The origin of a move has it finished and will not repeat it. */
    record ForgetArrival(MoveId id) implements QueueCommand {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.forgetArrival(this);
        }
    }

    /** One method a kind. */
    interface Cases<R> {
        R append(Append command);

        R startGroup(StartGroup command);

        R deleteGroup(DeleteGroup command);

        R deliver(Deliver command);

        R deliverInOrder(DeliverInOrder command);

        R acknowledge(Acknowledge command);

        R changeInvisible(ChangeInvisible command);

        R releaseClient(ReleaseClient command);

        R trim(Trim command);

        R resetGroup(ResetGroup command);

        R bury(Bury command);

        R deadLetter(DeadLetter command);

        R redrive(Redrive command);

        R finishMove(FinishMove command);

        R giveUpMove(GiveUpMove command);

        R takeIn(TakeIn command);

        R forgetArrival(ForgetArrival command);
    }
}
