package org.escrowmq.cluster.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases what deleted topics and groups left on queues. The catalogue remembers what is still to be done until it is done, so
 * a crash in the middle only means that it is done again.
 */
final class Cleanup {
    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    private final Journal journal;
    private final DurableCatalogue catalogue;
    private final ActorRef queues;

    Cleanup(Journal journal, DurableCatalogue catalogue, ActorRef queues) {
        this.journal = journal;
        this.catalogue = catalogue;
        this.queues = queues;
    }

    /** Takes up what was open when the node stopped. */
    void resume() {
        catalogue.state().erasing().forEach(this::erase);
        catalogue.state().forgetting().forEach(this::forget);
    }

    /** Erases the queues of a deleted topic. The claim fences an actor that still serves one. */
    void erase(TopicDescription topic) {
        List<CompletableFuture<?>> parts = new ArrayList<>();
        for (int queue = 0; queue < topic.queues(); queue++) {
            PersistenceId id = new PersistenceId(new QueueId(topic.id(), queue).persistenceId());
            CompletionStage<?> erased = journal.claim(id).thenCompose(claim -> journal.delete(id, claim.epoch()));
            parts.add(erased.toCompletableFuture());
        }
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
            if (failure == null) catalogue.erased(topic.id());
            else log.warn("topic {} could not be erased, tried again at the next start", topic.name(), failure);
        });
    }

    /** Has every queue of these topics forget a deleted group. */
    void forget(GroupName group, List<TopicId> topics) {
        List<CompletableFuture<Outcome<Boolean>>> parts = new ArrayList<>();
        for (TopicId id : topics) {
            catalogue.state().topic(id).ifPresent(topic -> {
                for (int queue = 0; queue < topic.queues(); queue++) {
                    CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
                    parts.add(answer);
                    queues.tell(
                            new QueueEnvelope(new QueueId(id, queue), new QueueOperation.DeleteGroup(group, answer)),
                            ActorRef.noSender());
                }
            });
        }
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenRun(() -> {
            boolean all = parts.stream().map(CompletableFuture::join).allMatch(Outcome.Done.class::isInstance);
            if (all) catalogue.forgotten(group);
            else log.warn("group {} could not be forgotten everywhere, tried again at the next start", group);
        });
    }
}
