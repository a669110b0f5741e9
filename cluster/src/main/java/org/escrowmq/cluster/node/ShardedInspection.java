package org.escrowmq.cluster.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.partition.Fingerprint;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Asks queues for figures and messages. Thread-safe. */
final class ShardedInspection implements QueueInspection {
    private static final int PEEK_MAX = 32;

    /** Traces read at a time: each keeps a reader of the journal busy, and consumers need them too. */
    private static final int TRACES_MAX = 4;

    private final Catalogue catalogue;
    private final ActorRef queues;
    private final AtomicInteger traces = new AtomicInteger();
    private final AwakeQueues awake;

    ShardedInspection(Catalogue catalogue, ActorRef queues, AwakeQueues awake) {
        this.catalogue = catalogue;
        this.queues = queues;
        this.awake = awake;
    }

    @Override
    public CompletionStage<Outcome<List<QueueFigures>>> describe(TopicName name) {
        return ofTopic(name, topic -> each(topic, QueueOperation.Describe::new));
    }

    @Override
    public CompletionStage<Outcome<List<StoredMessage>>> peek(TopicName name, int queue, Offset from, int max) {
        return ofTopic(name, topic -> {
            if (queue < 0 || queue >= topic.queues()) return noQueue(topic, queue);
            return one(
                    topic,
                    queue,
                    answer -> new QueueOperation.Peek(from, Math.min(Math.max(1, max), PEEK_MAX), answer));
        });
    }

    private static <T> CompletionStage<Outcome<T>> noQueue(TopicDescription topic, int queue) {
        return CompletableFuture.completedFuture(Outcome.refused(
                RefusalCode.INVALID_ARGUMENT,
                "topic " + topic.name() + " has the queues 0 to " + (topic.queues() - 1) + ", not " + queue));
    }

    @Override
    public CompletionStage<Outcome<List<StoredMessage>>> findByKey(TopicName name, String key, int max) {
        return ofTopic(
                name,
                topic -> this.<List<StoredMessage>>each(topic, answer -> new QueueOperation.FindByKey(key, max, answer))
                        .thenApply(
                                found -> found.fold(lists -> Outcome.done(newest(lists, max)), Outcome.Refused::new)));
    }

    @Override
    public CompletionStage<Outcome<List<StoredMessage>>> findById(TopicName name, String messageId) {
        return ofTopic(name, topic -> {
            int queue = (int) Long.remainderUnsigned(Fingerprint.of(messageId), topic.queues());
            return this.<List<StoredMessage>>one(topic, queue, answer -> new QueueOperation.FindById(messageId, answer))
                    .thenCompose(found -> found.fold(
                            messages -> messages.isEmpty()
                                    ? everywhere(topic, messageId)
                                    : CompletableFuture.completedFuture(found),
                            refusal -> CompletableFuture.completedFuture(found)));
        });
    }

    /** A message with a message group, or one sent when the topic had fewer queues, is not where its id would put it. */
    private CompletionStage<Outcome<List<StoredMessage>>> everywhere(TopicDescription topic, String messageId) {
        return this.<List<StoredMessage>>each(topic, answer -> new QueueOperation.FindById(messageId, answer))
                .thenApply(found ->
                        found.fold(lists -> Outcome.done(newest(lists, Integer.MAX_VALUE)), Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Outcome<MessageLife>> trace(
            TopicName name, int queue, Offset offset, MessageLife.Limits limits) {
        return ofTopic(name, topic -> {
            if (queue < 0 || queue >= topic.queues()) return noQueue(topic, queue);
            if (traces.getAndUpdate(open -> Math.min(TRACES_MAX, open + 1)) == TRACES_MAX) {
                return CompletableFuture.completedFuture(Outcome.refused(
                        RefusalCode.TOO_MANY_REQUESTS,
                        TRACES_MAX + " traces are read on this node, the most at a time; try again later"));
            }
            return this.<MessageLife>one(topic, queue, answer -> new QueueOperation.Trace(offset, limits, answer))
                    .whenComplete((life, failure) -> traces.decrementAndGet());
        });
    }

    private static List<StoredMessage> newest(List<List<StoredMessage>> lists, int max) {
        return lists.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(StoredMessage::storedEpochMillis)
                        .thenComparing(StoredMessage::offset)
                        .reversed())
                .limit(max)
                .toList();
    }

    private <T> CompletionStage<Outcome<T>> ofTopic(
            TopicName name, Function<TopicDescription, CompletionStage<Outcome<T>>> then) {
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (topic.isPresent()) return then.apply(topic.get());
        return CompletableFuture.completedFuture(
                Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
    }

    private <T> CompletableFuture<Outcome<T>> one(
            TopicDescription topic, int queue, Function<CompletableFuture<Outcome<T>>, QueueOperation> operation) {
        CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        awake.tell(new QueueId(topic.id(), queue), operation.apply(answer), queues);
        return answer;
    }

    private <T> CompletableFuture<Outcome<List<T>>> each(
            TopicDescription topic, Function<CompletableFuture<Outcome<T>>, QueueOperation> operation) {
        List<CompletableFuture<Outcome<T>>> answers = new ArrayList<>();
        for (int queue = 0; queue < topic.queues(); queue++) answers.add(one(topic, queue, operation));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> gather(answers));
    }

    private static <T> Outcome<List<T>> gather(List<CompletableFuture<Outcome<T>>> answers) {
        List<T> values = new ArrayList<>();
        for (CompletableFuture<Outcome<T>> answer : answers) {
            Outcome<T> outcome = answer.join();
            if (outcome instanceof Outcome.Refused<T> refused) return new Outcome.Refused<>(refused.refusal());
            values.add(((Outcome.Done<T>) outcome).value());
        }
        return Outcome.done(values);
    }
}
