package org.escrowmq.cluster.entity;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.Awaited;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.partition.Half;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.queue.MoveId;
import org.escrowmq.transaction.TransactionCommand;
import org.jspecify.annotations.Nullable;

/**
 * What other actors and threads of this node ask of a queue. Operations never leave the node (a request for a queue on
 * another node is forwarded as an RPC), so they carry the futures that the queue completes.
 */
public sealed interface QueueOperation {
    /** Stores messages as one unit; answers the offset of each once all are durable. */
    record Send(List<OutgoingBlob> messages, int bytes, CompletableFuture<Outcome<List<Offset>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Stores transactional messages, which nobody sees before they are committed; answers the number of each one's transaction. */
    record SendHalves(List<Half> halves, String sender, int bytes, CompletableFuture<Outcome<List<Long>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Stores a message that is to be visible at a time of its own; answers where it is. */
    record SendLater(OutgoingBlob message, CompletableFuture<Outcome<Placed>> answer)
            implements QueueOperation, Awaited {
        /**
         * Where it is.
         *
         * @param offset null while it waits for its time
         * @param waiting where it waits; null where it is visible, its time being over
         */
        public record Placed(
                @Nullable Offset offset, @Nullable DueTime waiting) {}

        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Decides on a message that waits for its time; answers its id, once that is durable. */
    record OnDelayed(DelayedId id, DelayCommand command, CompletableFuture<Outcome<String>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /**
     * Decides on a transaction, or changes how it is asked about; answered when that is durable. {@code messageId}: of which message it has to
     * be; null where the number is enough, for an operator.
     */
    record OnTransaction(
            long number,
            @Nullable String messageId,
            TransactionCommand command,
            CompletableFuture<Outcome<Boolean>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Acknowledges one delivery. */
    record Acknowledge(GroupName group, Offset offset, long deliveryNumber, CompletableFuture<Outcome<Boolean>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Changes when a delivered message becomes visible; answers the new delivery number. */
    record ChangeInvisible(
            GroupName group,
            Offset offset,
            long deliveryNumber,
            long invisibleMillis,
            boolean countsAsAttempt,
            CompletableFuture<Outcome<Long>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** A hub wants to hear when the group has something to read; answered with {@link Subscribed}. */
    record Subscribe(GroupName group, boolean startAtFirst, ActorRef hub) implements QueueOperation {}

    /** The hub listens no more. */
    record Unsubscribe(GroupName group, ActorRef hub) implements QueueOperation {}

    /**
     * A poll wants messages; answered to {@code hub} with {@link Granted}.
     *
     * @param ordered in the order of each message group
     * @param inFlightMax what the group's quota allows to be outstanding on this queue; Integer.MAX_VALUE for no limit
     * @param attempt 64 bits of the receive's own id, 0 when it has none; an ordered group gives the same receive the same messages
     */
    record Grant(
            long pollId,
            GroupName group,
            MessageFilter filter,
            boolean ordered,
            long attempt,
            int maxMessages,
            long maxBytes,
            long leaseMillis,
            boolean autoRenew,
            String clientId,
            int inFlightMax,
            ActorRef hub)
            implements QueueOperation {}

    /** A client is gone: its auto-renewed leases end soon. */
    record ReleaseClient(String clientId) implements QueueOperation {}

    /** Forgets a group. */
    record DeleteGroup(GroupName group, CompletableFuture<Outcome<Boolean>> answer) implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Figures. */
    record Describe(CompletableFuture<Outcome<QueueInspection.QueueFigures>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Messages without consuming them. */
    record Peek(Offset from, int max, CompletableFuture<Outcome<List<QueueInspection.StoredMessage>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Messages by key, newest first. */
    record FindByKey(String key, int max, CompletableFuture<Outcome<List<QueueInspection.StoredMessage>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Messages by id. */
    record FindById(String messageId, CompletableFuture<Outcome<List<QueueInspection.StoredMessage>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /**
     * Reads messages without taking them; waits at the end, until the monotonic clock shows {@code deadlineMillis}. Answers what of
     * {@code from} on is durable.
     */
    record Pull(
            Offset from,
            MessageFilter filter,
            int maxMessages,
            long deadlineMillis,
            CompletableFuture<Outcome<QueueStreams.Pulled>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Nobody waits for the answer of a pull any more. */
    record EndPull(CompletableFuture<Outcome<QueueStreams.Pulled>> answer) implements QueueOperation {}

    /** The offset of a position. */
    record FindOffset(QueueStreams.Position position, CompletableFuture<Outcome<Offset>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** How far a group is; OFFSET_NOT_FOUND where it is not open. */
    record ReadProgress(GroupName group, CompletableFuture<Outcome<Offset>> answer) implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Has a group go on at an offset; it is opened where it is not open yet. */
    record MoveGroup(
            GroupName group, boolean startAtFirst, Offset to, CompletableFuture<Outcome<QueueStreams.Move>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** A consumer gives the message of a delivery up; done when its move to the dead letters is durably intended. */
    record DeadLetter(GroupName group, Offset offset, long deliveryNumber, CompletableFuture<Outcome<Boolean>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Stores a message that another queue moves here, once for each move; answers its offset. */
    record TakeIn(MoveId id, OutgoingBlob message, CompletableFuture<Outcome<Offset>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** A move is durably finished at its origin and will not be repeated. */
    record ForgetArrival(MoveId id) implements QueueOperation {}

    /** {@code target} asks whether a move that brought it a message may be repeated; answered with {@link ForgetArrival} if not. */
    record SettleArrival(MoveId id, QueueId target) implements QueueOperation {}

    /** Sends dead letters (ascending offsets) back to where they come from; answers which of them are on their way by that. */
    record Redrive(List<Offset> offsets, CompletableFuture<Outcome<List<Offset>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** What has become of dead letters. */
    record ReadRedrives(List<Offset> offsets, CompletableFuture<Outcome<List<DeadLetters.State>>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** Gives up the messages before a position, or tells what would go. */
    record Purge(QueueStreams.Position upTo, boolean dryRun, CompletableFuture<Outcome<QueueStreams.Purge>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** What happened to one message. */
    record Trace(Offset offset, MessageLife.Limits limits, CompletableFuture<Outcome<MessageLife>> answer)
            implements QueueOperation, Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** The time for something may have come: look at it. */
    enum Wake implements QueueOperation {
        INSTANCE
    }

    /** Others want the room: leave memory unless somebody waits here. */
    enum Rest implements QueueOperation {
        INSTANCE
    }

    /** Stop now (the topic was deleted, or nobody uses the queue); what is not durable is answered UNAVAILABLE. */
    enum Stop implements QueueOperation {
        INSTANCE
    }

    /** To a hub: it will hear {@link HasMessages} from now on. */
    record Subscribed(int queue, ActorRef entity, boolean hasMessages) {}

    /** To a hub, once, until its next grant comes back empty. */
    record HasMessages(int queue) {}

    /**
     * To a hub: what a poll got, durably leased.
     *
     * @param more whether the queue may have more for this group right now
     */
    record Granted(int queue, long pollId, List<MessageExchange.Delivery> deliveries, boolean more) {}
}
