package org.escrowmq.cluster.entity;

import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueReply;

/** The steps that need nothing but the partition: each translates an operation into a command, and the reply into an answer. */
final class Steps {
    private static final Runnable NOTHING = () -> {};

    private Steps() {}

    /** Acknowledges. */
    record Acknowledge(QueueOperation.Acknowledge ack) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            QueueReply reply = partition.decide(
                    new QueueCommand.Acknowledge(ack.group(), ack.offset(), ack.deliveryNumber()), moment.nowMillis());
            if (reply instanceof QueueReply.Refused refused) {
                return () -> ack.answer().complete(new Outcome.Refused<>(refused.refusal()));
            }
            return () -> ack.answer().complete(Outcome.done(true));
        }

        @Override
        public void refuse(Refusal why) {
            ack.refuse(why);
        }
    }

    /** Changes when a message becomes visible. */
    record ChangeInvisible(QueueOperation.ChangeInvisible change) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            QueueReply reply = partition.decide(
                    new QueueCommand.ChangeInvisible(
                            change.group(),
                            change.offset(),
                            change.deliveryNumber(),
                            change.invisibleMillis(),
                            change.countsAsAttempt()),
                    moment.nowMillis());
            if (reply instanceof QueueReply.InvisibleChanged changed) {
                return () -> change.answer().complete(Outcome.done(changed.deliveryNumber()));
            }
            return () -> change.answer().complete(refusalOf(reply));
        }

        @Override
        public void refuse(Refusal why) {
            change.refuse(why);
        }
    }

    /** Opens a group where it is not open yet. {@code opened} is called once that is durable. */
    record OpenGroup(QueueOperation.Subscribe subscribe, Runnable opened) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.decide(
                    new QueueCommand.StartGroup(subscribe.group(), subscribe.startAtFirst()), moment.nowMillis());
            return opened;
        }

        @Override
        public void refuse(Refusal why) {
            // The hub watches this actor and subscribes again when it is gone.
        }
    }

    /** Forgets a group. */
    record DeleteGroup(QueueOperation.DeleteGroup delete) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.decide(new QueueCommand.DeleteGroup(delete.group()), moment.nowMillis());
            return () -> delete.answer().complete(Outcome.done(true));
        }

        @Override
        public void refuse(Refusal why) {
            delete.refuse(why);
        }
    }

    /** Ends the leases that a client holds by now, after {@code graceMillis}, or soon where that is 0 because the client is gone. */
    record ReleaseClient(String clientId, long graceMillis) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.decide(new QueueCommand.ReleaseClient(clientId, graceMillis), moment.nowMillis());
            return NOTHING;
        }

        @Override
        public void refuse(Refusal why) {
            // Said again by the next owner: the leases are in its state, and the client still is not alive.
        }
    }

    private static <T> Outcome<T> refusalOf(QueueReply reply) {
        if (reply instanceof QueueReply.Refused refused) return new Outcome.Refused<>(refused.refusal());
        throw new IllegalStateException("a queue does not answer this with " + reply);
    }
}
