package org.escrowmq.cluster.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicId;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases what deleted topics and groups left on queues. What fails is done again until it is done; the catalogue remembers it
 * over a restart, so a crash in the middle only means that it is done again.
 */
final class Cleanup {
    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Journal journal;
    private final DurableCatalogue catalogue;
    private final ActorRef queues;
    private final Consumer<Runnable> later;

    /** {@code later} runs something after about {@link #PAUSE}, unless the node stops before. */
    Cleanup(Journal journal, DurableCatalogue catalogue, ActorRef queues, Consumer<Runnable> later) {
        this.journal = journal;
        this.catalogue = catalogue;
        this.queues = queues;
        this.later = later;
    }

    static Duration pause() {
        return PAUSE;
    }

    /** Takes up what was open when the node stopped. */
    void resume() {
        catalogue.state().erasing().forEach(this::erase);
        catalogue.state().forgetting().forEach(this::forget);
    }

    /** Erases the queues of a deleted topic. */
    void erase(TopicDescription topic) {
        List<CompletableFuture<?>> parts = new ArrayList<>();
        for (int queue = 0; queue < topic.queues(); queue++) {
            parts.add(erase(new PersistenceId(new QueueId(topic.id(), queue).persistenceId()))
                    .toCompletableFuture());
        }
        all(parts, failure -> {
            if (failure == null) {
                catalogue.erased(topic.id());
                return;
            }
            log.warn("topic {} is not erased yet, tried again in {}", topic.name(), PAUSE, failure);
            later.accept(() -> erase(topic));
        });
    }

    /** The claim fences an actor that still serves the queue; one that claims it after us has the erasing refused. */
    private CompletionStage<WriteAnswer> erase(PersistenceId id) {
        return journal.claim(id)
                .thenCompose(claim -> journal.delete(id, claim.epoch()))
                .thenApply(answer -> {
                    if (answer == WriteAnswer.APPLIED || answer == WriteAnswer.DUPLICATE) return answer;
                    throw new IllegalStateException("the journal answered " + answer + " for " + id.value());
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
        all(parts, failure -> {
            if (failure == null && parts.stream().map(CompletableFuture::join).allMatch(Cleanup::forgotten)) {
                catalogue.forgotten(group);
                return;
            }
            log.warn("group {} is not forgotten everywhere yet, tried again in {}", group, PAUSE);
            later.accept(() -> forget(group, topics));
        });
    }

    /** A queue of a topic that was deleted meanwhile has nothing to forget. */
    private static boolean forgotten(Outcome<Boolean> outcome) {
        return outcome.fold(done -> true, refusal -> refusal.code() == RefusalCode.TOPIC_NOT_FOUND);
    }

    private static void all(List<? extends CompletableFuture<?>> parts, Consumer<Throwable> then) {
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> then.accept(failure));
    }
}
