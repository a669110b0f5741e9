package org.escrowmq.cluster.node;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/** Takes what is asked of streams to the queues that own them. Thread-safe; nothing blocks. */
final class ShardedStreams implements QueueStreams {
    private final DurableCatalogue catalogue;
    private final ActorRef queues;
    private final AwakeQueues awake;

    ShardedStreams(DurableCatalogue catalogue, ActorRef queues, AwakeQueues awake) {
        this.catalogue = catalogue;
        this.queues = queues;
        this.awake = awake;
    }

    @Override
    public Pull pull(PullQuery query) {
        CompletableFuture<Outcome<Pulled>> answer = new CompletableFuture<>();
        long deadline = System.nanoTime() / 1_000_000 + query.poll().toMillis();
        Optional<Refusal> problem = problem(query.place()).or(() -> problemOfPull(query));
        if (problem.isPresent()) {
            answer.complete(new Outcome.Refused<>(problem.get()));
        } else {
            tell(
                    query.place(),
                    new QueueOperation.Pull(query.from(), query.filter(), query.maxMessages(), deadline, answer));
        }
        return new QueuePull(query, answer);
    }

    private Optional<Refusal> problemOfPull(PullQuery query) {
        boolean readable = catalogue
                .topic(query.place().topic())
                .filter(topic -> topic.permission().readable())
                .isPresent();
        if (!readable) {
            return Optional.of(
                    new Refusal(RefusalCode.FORBIDDEN, "topic " + query.place().topic() + " is not readable"));
        }
        return catalogue
                .group(query.group())
                .filter(GroupDescription::paused)
                .map(group -> new Refusal(
                        RefusalCode.FORBIDDEN,
                        "group " + query.group() + " is paused; resume it with: escrow group resume " + query.group()));
    }

    private final class QueuePull implements Pull {
        private final PullQuery query;
        private final CompletableFuture<Outcome<Pulled>> answer;

        QueuePull(PullQuery query, CompletableFuture<Outcome<Pulled>> answer) {
            this.query = query;
            this.answer = answer;
        }

        @Override
        public CompletionStage<Outcome<Pulled>> messages() {
            return answer;
        }

        @Override
        public void cancel() {
            if (!answer.complete(Outcome.done(new Pulled(List.of(), query.from())))) return;
            if (problem(query.place()).isEmpty()) tell(query.place(), new QueueOperation.EndPull(answer));
        }
    }

    @Override
    public CompletionStage<Outcome<Offset>> find(Place place, Position position) {
        return ask(place, answer -> new QueueOperation.FindOffset(position, answer));
    }

    @Override
    public CompletionStage<Outcome<Offset>> progress(Place place, GroupName group) {
        if (catalogue.group(group).isEmpty()) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(RefusalCode.GROUP_NOT_FOUND, "group " + group + " does not exist"));
        }
        return ask(place, answer -> new QueueOperation.ReadProgress(group, answer));
    }

    @Override
    public CompletionStage<Outcome<Move>> moveTo(Place place, GroupName group, Offset to) {
        Optional<Refusal> problem = problem(place);
        if (problem.isPresent()) return CompletableFuture.completedFuture(new Outcome.Refused<>(problem.get()));
        return catalogue
                .groupForUse(group, place.topic())
                .thenCompose(bound -> bound.fold(
                        known -> ask(
                                place,
                                answer -> new QueueOperation.MoveGroup(group, startsAtFirst(place, group), to, answer)),
                        refusal -> CompletableFuture.completedFuture(new Outcome.Refused<>(refusal))));
    }

    @Override
    public CompletionStage<Outcome<Purge>> purge(Place place, Position upTo, boolean dryRun) {
        return ask(place, answer -> new QueueOperation.Purge(upTo, dryRun, answer));
    }

    /** Where the group would begin on the queue if it were not moved: what is opened anew must be so wherever it is opened first. */
    private boolean startsAtFirst(Place place, GroupName group) {
        return catalogue
                .topic(place.topic())
                .flatMap(topic -> catalogue.state().binding(group, topic.id()))
                .map(binding -> place.queue() >= binding.queues() || binding.atFirst())
                .orElse(false);
    }

    private <T> CompletionStage<Outcome<T>> ask(
            Place place, Function<CompletableFuture<Outcome<T>>, QueueOperation> operation) {
        CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        problem(place)
                .ifPresentOrElse(
                        refusal -> answer.complete(new Outcome.Refused<>(refusal)),
                        () -> tell(place, operation.apply(answer)));
        return answer;
    }

    private void tell(Place place, QueueOperation operation) {
        catalogue
                .topic(place.topic())
                .ifPresent(topic -> awake.tell(new QueueId(topic.id(), place.queue()), operation, queues));
    }

    private Optional<Refusal> problem(Place place) {
        Optional<TopicDescription> topic = catalogue.topic(place.topic());
        if (topic.isEmpty()) {
            return Optional.of(new Refusal(RefusalCode.TOPIC_NOT_FOUND, "topic " + place.topic() + " does not exist"));
        }
        int count = topic.get().queues();
        if (place.queue() >= 0 && place.queue() < count) return Optional.empty();
        return Optional.of(new Refusal(
                RefusalCode.INVALID_ARGUMENT,
                "topic " + place.topic() + " has the queues 0 to " + (count - 1) + ", not " + place.queue()));
    }
}
