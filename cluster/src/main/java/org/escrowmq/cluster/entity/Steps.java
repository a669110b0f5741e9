package org.escrowmq.cluster.entity;

import java.util.Optional;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
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

    /** Tells how far a group is. A step, so that the answer waits until what it tells of is durable. */
    record ReadProgress(QueueOperation.ReadProgress read) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            Optional<Offset> progress = partition.state().progress(read.group());
            Outcome<Offset> outcome = progress.isPresent()
                    ? Outcome.done(progress.get())
                    : Outcome.refused(
                            RefusalCode.OFFSET_NOT_FOUND, "group " + read.group() + " has never read this queue");
            return () -> read.answer().complete(outcome);
        }

        @Override
        public void refuse(Refusal why) {
            read.refuse(why);
        }
    }

    /** Moves a group, opened first where it is not open yet. */
    record MoveGroup(QueueOperation.MoveGroup move) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            Optional<Offset> from = partition.state().progress(move.group());
            partition.decide(new QueueCommand.StartGroup(move.group(), move.startAtFirst()), moment.nowMillis());
            QueueReply reply =
                    partition.decide(new QueueCommand.ResetGroup(move.group(), move.to()), moment.nowMillis());
            if (reply instanceof QueueReply.Refused) return () -> move.answer().complete(refusalOf(reply));
            Offset to = partition.state().progress(move.group()).orElseThrow();
            return () -> move.answer().complete(Outcome.done(new QueueStreams.Move(from, to)));
        }

        @Override
        public void refuse(Refusal why) {
            move.refuse(why);
        }
    }

    private static <T> Outcome<T> refusalOf(QueueReply reply) {
        if (reply instanceof QueueReply.Refused refused) return new Outcome.Refused<>(refused.refusal());
        throw new IllegalStateException("a queue does not answer this with " + reply);
    }
}
