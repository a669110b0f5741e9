package org.escrowmq.cluster.entity;

import java.util.List;
import java.util.function.Consumer;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.queue.Move;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What grants need of their queue: older messages brought back into memory, handles, signals, counts. Owned by the queue's actor. */
final class Grants implements GrantStep.Owner {
    private static final Logger log = LoggerFactory.getLogger(Grants.class);

    /** How a queue goes on with steps and moves. */
    record Onward(Consumer<Step> again, Consumer<List<Move>> carryOut) {}

    private final QueueContext context;
    private final QueueId id;
    private final Partition partition;
    private final Listeners listeners;
    private final TopicLabels labels;
    private final ReadAhead readAhead;
    private final DurableEnd durableEnd;
    private final Onward onward;

    Grants(
            QueueContext context,
            QueueId id,
            Partition partition,
            Listeners listeners,
            TopicLabels labels,
            ReadAhead readAhead,
            DurableEnd durableEnd,
            Onward onward) {
        this.context = context;
        this.id = id;
        this.partition = partition;
        this.listeners = listeners;
        this.labels = labels;
        this.readAhead = readAhead;
        this.durableEnd = durableEnd;
        this.onward = onward;
    }

    /**
     * Takes in what was read; false when it could not be. Then the queue goes on with what it can do, and looks again after a pause. Where
     * the store is damaged, the journal fences the queue and says why; where the read failed for the moment, the next one succeeds.
     */
    boolean arrived(ReadAhead.Arrived read) {
        boolean readable = readAhead.arrived(read);
        List<GrantStep> waiting = readAhead.takeWaiting();
        if (readable) {
            waiting.forEach(onward.again());
            return true;
        }
        log.error(
                "{}: messages from offset {} on cannot be read; their groups wait for {} ms",
                id,
                read.wanted().first().value(),
                QueueUpkeep.READ_AGAIN_MILLIS,
                read.failure());
        Refusal refusal = new Refusal(
                RefusalCode.UNAVAILABLE,
                "messages of queue " + id.number() + " from offset "
                        + read.wanted().first().value() + " on cannot be read now; the server's log says why");
        waiting.forEach(step -> step.refuse(refusal));
        return false;
    }

    @Override
    public void readAhead(Missing missing, @Nullable GrantStep waiting) {
        if (durableEnd.covers(missing.highest())) readAhead.request(missing, waiting);
        else if (waiting != null) durableEnd.await(waiting);
    }

    @Override
    public int maxAttempts(QueueOperation.Grant grant) {
        return context.maxAttempts().applyAsInt(grant.group());
    }

    @Override
    public void intended(List<Move> moves) {
        onward.carryOut().accept(moves);
    }

    @Override
    public void again(GrantStep step) {
        onward.again().accept(step);
    }

    @Override
    public boolean more(QueueOperation.Grant grant, long nowMillis) {
        boolean more = partition.state().hasCandidates(grant.group(), nowMillis);
        if (!more) listeners.rearm(grant.group());
        return more;
    }

    @Override
    public String handle(QueueOperation.Grant grant, Offset offset, long deliveryNumber) {
        return context.handles().write(ReceiptHandle.of(id, offset, deliveryNumber, grant.group()));
    }

    @Override
    public int queueNumber() {
        return id.number();
    }

    @Override
    public void delivered(QueueOperation.Grant grant, int messages, long bytes) {
        labels.delivered(grant.group(), messages, bytes);
    }
}
