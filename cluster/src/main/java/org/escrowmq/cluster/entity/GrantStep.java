package org.escrowmq.cluster.entity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Refusal;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueReply;
import org.escrowmq.queue.QueueState;
import org.jspecify.annotations.Nullable;

/**
 * Serves a poll: picks what the group may have now, leases it, and hands it to the hub once the leases are durable. Picking
 * and leasing happen in one step on the tentative state, so two polls never pick the same message. Where bodies are not in
 * memory the step asks the entity to read them and is decided again afterwards.
 */
final class GrantStep implements Step {
    /** With a filter more is looked at than is asked for: what does not match is skipped in the same record. */
    private static final int FILTERED_CANDIDATES = 256;

    /** What the step needs of its entity. */
    interface Owner {
        /** Reads messages from {@code offset} on into memory. Then decides {@code waiting} again, if there is one. */
        void readAhead(Offset offset, @Nullable GrantStep waiting);

        /** Decides the step again in a later batch. */
        void again(GrantStep step);

        /** Whether the group has more; clears its signal when not. */
        boolean more(QueueOperation.Grant grant, long nowMillis);

        /** The handle of a delivery. */
        String handle(QueueOperation.Grant grant, Offset offset, long deliveryNumber);

        /** The queue's number. */
        int queueNumber();

        /** Counts what was delivered. */
        void delivered(QueueOperation.Grant grant, int messages, long bytes);
    }

    private final QueueOperation.Grant grant;
    private final Owner owner;

    GrantStep(QueueOperation.Grant grant, Owner owner) {
        this.grant = grant;
        this.owner = owner;
    }

    @Override
    public Runnable decide(Partition partition, Moment moment) {
        Picked picked = pick(partition, moment.nowMillis());
        if (picked.isEmpty() && picked.missing != null) {
            owner.readAhead(picked.missing, this);
            return () -> {};
        }
        if (picked.missing != null) owner.readAhead(picked.missing, null);
        List<QueueReply.Leased> leases = lease(partition, picked, moment.nowMillis());
        boolean more = owner.more(grant, moment.nowMillis());
        if (leases.isEmpty() && more) {
            owner.again(this);
            return () -> {};
        }
        List<MessageExchange.Delivery> deliveries = deliveries(partition, leases);
        return () -> answer(deliveries, more);
    }

    private Picked pick(Partition partition, long nowMillis) {
        boolean filtered = !grant.filter().acceptsAll();
        int looked = filtered ? Math.max(FILTERED_CANDIDATES, grant.maxMessages()) : grant.maxMessages();
        Picked picked = new Picked();
        for (QueueState.Candidate candidate : partition.state().candidates(grant.group(), looked, nowMillis)) {
            StoredBlob message = partition.cached(candidate.offset());
            if (message == null) {
                picked.missing = candidate.offset();
                break;
            }
            if (filtered && !grant.filter().accepts(message.blob())) {
                picked.skip.add(candidate.offset());
            } else if (!picked.take(candidate.offset(), message.blob().remaining(), grant)) {
                break;
            }
        }
        return picked;
    }

    private List<QueueReply.Leased> lease(Partition partition, Picked picked, long nowMillis) {
        if (picked.isEmpty()) return List.of();
        QueueReply reply = partition.decide(
                new QueueCommand.Deliver(
                        grant.group(),
                        picked.take,
                        picked.skip,
                        grant.leaseMillis(),
                        grant.autoRenew(),
                        grant.clientId()),
                nowMillis);
        return reply instanceof QueueReply.Delivered delivered ? delivered.leases() : List.of();
    }

    private List<MessageExchange.Delivery> deliveries(Partition partition, List<QueueReply.Leased> leases) {
        List<MessageExchange.Delivery> deliveries = new ArrayList<>(leases.size());
        for (QueueReply.Leased lease : leases) {
            StoredBlob message = partition.cached(lease.offset());
            if (message == null) throw new IllegalStateException("leased without its message: " + lease.offset());
            deliveries.add(new MessageExchange.Delivery(
                    MessageCodec.decode(message.blob()),
                    owner.queueNumber(),
                    lease.offset(),
                    lease.attempt(),
                    owner.handle(grant, lease.offset(), lease.deliveryNumber()),
                    message.storedEpochMillis(),
                    Duration.ofMillis(grant.leaseMillis())));
        }
        return deliveries;
    }

    private void answer(List<MessageExchange.Delivery> deliveries, boolean more) {
        long bytes = 0;
        for (MessageExchange.Delivery delivery : deliveries) {
            bytes += delivery.message().body().remaining();
        }
        if (!deliveries.isEmpty()) owner.delivered(grant, deliveries.size(), bytes);
        grant.hub()
                .tell(
                        new QueueOperation.Granted(owner.queueNumber(), grant.pollId(), deliveries, more),
                        ActorRef.noSender());
    }

    @Override
    public void refuse(Refusal why) {
        grant.hub()
                .tell(
                        new QueueOperation.Granted(owner.queueNumber(), grant.pollId(), List.of(), false),
                        ActorRef.noSender());
    }

    /** What a look at the candidates led to. */
    private static final class Picked {
        private final List<Offset> take = new ArrayList<>();
        private final List<Offset> skip = new ArrayList<>();
        private @Nullable Offset missing;
        private long bytes;

        boolean isEmpty() {
            return take.isEmpty() && skip.isEmpty();
        }

        /** False when the poll has enough. */
        boolean take(Offset offset, int messageBytes, QueueOperation.Grant grant) {
            if (take.size() >= grant.maxMessages()) return false;
            if (!take.isEmpty() && bytes + messageBytes > grant.maxBytes()) return false;
            take.add(offset);
            bytes += messageBytes;
            return true;
        }
    }
}
