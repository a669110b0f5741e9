package org.escrowmq.cluster.entity;

import java.util.List;
import org.escrowmq.cluster.partition.SendResult;
import org.escrowmq.model.Offset;

/** What sends need of their queue: whether repetitions are dropped, ids of older messages, counts. Owned by the queue's actor. */
final class Sends implements StoreStep.Owner {
    private final QueueContext context;
    private final PendingSteps pending;
    private final Confirmations confirmations;
    private final DurableEnd durableEnd;
    private final TopicLabels labels;
    private final RateMeter sent;
    private boolean dropsDuplicates;

    Sends(
            QueueContext context,
            PendingSteps pending,
            Confirmations confirmations,
            DurableEnd durableEnd,
            TopicLabels labels) {
        this.context = context;
        this.pending = pending;
        this.confirmations = confirmations;
        this.durableEnd = durableEnd;
        this.labels = labels;
        this.sent = new RateMeter(context.nowMillis());
    }

    /** Messages a second that were sent of late. */
    double perSecond(long nowMillis) {
        return sent.perSecond(nowMillis);
    }

    /** What the topic says when a batch is begun holds for the whole batch. */
    void dropDuplicates(boolean drop) {
        dropsDuplicates = drop;
    }

    @Override
    public boolean dropsDuplicates() {
        return dropsDuplicates;
    }

    @Override
    public void confirm(List<Offset> candidates, StoreStep step) {
        pending.putAside(step);
        if (candidates.stream().allMatch(durableEnd::covers)) confirmations.request(candidates, step);
        else durableEnd.await(step);
    }

    @Override
    public void sent(SendResult.Placed placed) {
        labels.stored(placed.stored());
        labels.repeated(placed.repeated());
        sent.add(placed.stored().size(), context.nowMillis());
    }
}
