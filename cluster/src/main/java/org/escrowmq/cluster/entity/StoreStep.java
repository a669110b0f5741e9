package org.escrowmq.cluster.entity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.SendResult;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;

/**
 * Stores messages, each id once where the topic says so: a message that is stored already is answered with the offset that it has.
 * That answer waits like any other for what it was decided on, so a first copy that is on its way to the disk is durable by then.
 * Where a message that may be the first copy is not in memory the step asks for its id and is decided again afterwards.
 */
final class StoreStep implements Step {
    /** What the step needs of its entity. */
    interface Owner {
        /** Whether a message that is stored already is not stored again. */
        boolean dropsDuplicates();

        /** Reads the ids of the messages at these offsets, tells {@link #learn} and decides the step again. */
        void confirm(List<Offset> candidates, StoreStep step);

        /** Counts what is durable. */
        void sent(SendResult.Placed placed);
    }

    private final QueueOperation.Send send;
    private final Owner owner;
    private Map<Offset, String> idsRead = Map.of();

    StoreStep(QueueOperation.Send send, Owner owner) {
        this.send = send;
        this.owner = owner;
    }

    @Override
    public Runnable decide(Partition partition, Moment moment) {
        SendResult result = owner.dropsDuplicates()
                ? partition.sendOnce(send.messages(), idsRead, moment.epochMillis(), moment.nowMillis())
                : partition.send(send.messages(), moment.epochMillis(), moment.nowMillis());
        if (result instanceof SendResult.Placed placed) {
            return () -> {
                owner.sent(placed);
                send.answer().complete(Outcome.done(placed.offsets()));
            };
        }
        owner.confirm(((SendResult.Unconfirmed) result).candidates(), this);
        return () -> {};
    }

    /** Takes in ids that were read; empty for a message that is gone. */
    void learn(Map<Offset, String> ids) {
        Map<Offset, String> all = new HashMap<>(idsRead);
        all.putAll(ids);
        idsRead = all;
    }

    @Override
    public void refuse(Refusal why) {
        send.refuse(why);
    }

    @Override
    public int bytes() {
        return send.bytes();
    }
}
