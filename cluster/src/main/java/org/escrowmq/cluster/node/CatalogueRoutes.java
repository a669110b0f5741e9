package org.escrowmq.cluster.node;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.entity.Routes;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Finds queues by the catalogue and reaches them through sharding. */
final class CatalogueRoutes implements Routes {
    private final DurableCatalogue catalogue;
    private final AwakeQueues awake;
    private final Supplier<ActorRef> sharding;

    /** {@code sharding} exists by the first use. */
    CatalogueRoutes(DurableCatalogue catalogue, AwakeQueues awake, Supplier<ActorRef> sharding) {
        this.catalogue = catalogue;
        this.awake = awake;
        this.sharding = sharding;
    }

    @Override
    public CompletionStage<Outcome<QueueId>> deadLetters(GroupName group) {
        return catalogue
                .deadLetterTopic(group)
                .thenApply(outcome ->
                        outcome.fold(topic -> Outcome.done(new QueueId(topic.id(), 0)), Outcome.Refused::new));
    }

    /**
     * For one message always the same queue, however often it is asked, since that queue knows whether it has the message: topics
     * whose messages have message groups keep their number of queues, and without one any queue is right, so the first.
     */
    @Override
    public Outcome<QueueId> queueFor(TopicName name, Message message) {
        return catalogue
                .topic(name)
                .map(topic -> Outcome.done(new QueueId(
                        topic.id(), message.messageGroup() == null ? 0 : Placement.queueOf(topic, message))))
                .orElseGet(() -> Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
    }

    @Override
    public void tell(QueueId queue, QueueOperation operation) {
        awake.tell(queue, operation, sharding.get());
    }
}
