package org.escrowmq.api.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.escrowmq.admin.v1.PurgeTopicRequest;
import org.escrowmq.admin.v1.PurgeTopicResponse;
import org.escrowmq.admin.v1.QueuePurge;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.cluster.QueueStreams.Purge;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The call that gives up stored messages of a topic. */
final class PurgeCalls {
    private final Broker broker;

    PurgeCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<PurgeTopicResponse> purge(PurgeTopicRequest request) {
        TopicName name = Inputs.topic(request.getName());
        TopicDescription topic = broker.catalogue()
                .topic(name)
                .orElseThrow(() -> new Rejection(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name));
        Position upTo = upTo(request);
        List<CompletableFuture<QueuePurge>> purges = queues(request, topic)
                .mapToObj(queue -> broker.streams()
                        .purge(new Place(name, queue), upTo, request.getDryRun())
                        .thenApply(outcome -> told(queue, Inputs.valueOf(outcome)))
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(purges.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> PurgeTopicResponse.newBuilder()
                        .addAllQueues(
                                purges.stream().map(CompletableFuture::join).toList())
                        .build());
    }

    private static Position upTo(PurgeTopicRequest request) {
        return switch (request.getWhatCase()) {
            case BEFORE_EPOCH_MILLIS ->
                Position.at(Inputs.within("before_epoch_millis", request.getBeforeEpochMillis(), 0, Long.MAX_VALUE));
            case ALL -> {
                if (!request.getAll()) throw Rejection.invalid("all must be true where it is given");
                yield Position.LATEST;
            }
            case WHAT_NOT_SET -> throw Rejection.invalid("what goes is required: a time before which, or all");
        };
    }

    private static IntStream queues(PurgeTopicRequest request, TopicDescription topic) {
        if (!request.hasQueue()) return IntStream.range(0, topic.queues());
        return IntStream.of(Inputs.within("queue", request.getQueue(), 0, topic.queues() - 1));
    }

    private static QueuePurge told(int queue, Purge purge) {
        return QueuePurge.newBuilder()
                .setQueue(queue)
                .setFrom(purge.from().value())
                .setTo(purge.to().value())
                .setMessages(purge.messages())
                .setBytes(purge.bytes())
                .build();
    }
}
