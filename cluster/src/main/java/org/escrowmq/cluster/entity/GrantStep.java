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
import org.escrowmq.queue.Move;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueReply;
import org.jspecify.annotations.Nullable;

/**
 * Serves a poll: picks what the group may have now, leases it, and hands it to the hub once the leases are durable. Picking
 * and leasing happen in one step on the tentative state, so two polls never pick the same message. Where bodies are not in
 * memory the step asks the entity to read them and is decided again afterwards. A message that would be delivered once too often goes
 * to the dead letters instead.
 */
final class GrantStep implements Step {
    /** What the step needs of its entity. */
    interface Owner {
        /** Reads messages into memory. Then decides {@code waiting} again, if there is one. */
        void readAhead(Missing missing, @Nullable GrantStep waiting);

        /** Decides the step again in a later turn of the queue, which does other things in between. */
        void again(GrantStep step);

        /** How often a message is delivered to the group at most. */
        int maxAttempts(QueueOperation.Grant grant);

        /** Takes messages that go to the dead letters instead of to the poll; that is durable. */
        void intended(List<Move> moves);

        /** Whether the group has more; clears its signal when not. */
        boolean more(QueueOperation.Grant grant, long nowMillis);

        /** The handle of a delivery. */
        String handle(QueueOperation.Grant grant, Offset offset, long deliveryNumber);

        /** The queue's number. */
        int queueNumber();

        /** Counts what was delivered. */
        void delivered(QueueOperation.Grant grant, int messages, long bytes);
    }

    /** Messages that were delivered before and are looked at, whether they were so too often. */
    private static final int LOOKED_FOR_DEAD = 256;

    private final QueueOperation.Grant grant;
    private final Owner owner;

    GrantStep(QueueOperation.Grant grant, Owner owner) {
        this.grant = grant;
        this.owner = owner;
    }

    @Override
    public Runnable decide(Partition partition, Moment moment) {
        long now = moment.nowMillis();
        partition.state().limitInFlight(grant.group(), grant.inFlightMax());
        int maxAttempts = owner.maxAttempts(grant);
        List<Move> buried =
                MoveSteps.decide(partition, new QueueCommand.Bury(grant.group(), maxAttempts, LOOKED_FOR_DEAD), moment);
        Runnable rest = deliver(partition, maxAttempts, now);
        if (buried.isEmpty()) return rest;
        return () -> {
            owner.intended(buried);
            rest.run();
        };
    }

    private Runnable deliver(Partition partition, int maxAttempts, long now) {
        Pick pick = grant.ordered()
                ? Pick.inOrder(partition, grant, maxAttempts, now)
                : Pick.free(partition, grant, maxAttempts, now);
        List<QueueReply.Leased> leases = lease(partition, pick.command(), now);
        // What is in memory may all come after what is not: nothing can be leased before that is read.
        if (pick.missing() != null) owner.readAhead(pick.missing(), leases.isEmpty() ? this : null);
        if (pick.missing() != null && leases.isEmpty()) return () -> {};
        boolean more = owner.more(grant, now);
        if (leases.isEmpty() && more) {
            owner.again(this);
            return () -> {};
        }
        List<MessageExchange.Delivery> deliveries = deliveries(partition, leases);
        return () -> answer(deliveries, more);
    }

    private static List<QueueReply.Leased> lease(Partition partition, @Nullable QueueCommand command, long nowMillis) {
        if (command == null) return List.of();
        return partition.decide(command, nowMillis) instanceof QueueReply.Delivered delivered
                ? delivered.leases()
                : List.of();
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
}
