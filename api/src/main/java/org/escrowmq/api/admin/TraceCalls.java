package org.escrowmq.api.admin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageRequest.Place;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.Offset;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The call that tells the life of one message. */
final class TraceCalls {
    static final Duration WITHIN_DEFAULT = Duration.ofSeconds(5);
    /** Less than the time that a call has. */
    static final Duration WITHIN_MAX = Duration.ofSeconds(15);

    static final long ENTRIES_MAX = 10_000_000;
    static final int EVENTS_MAX = 10_000;

    private final Broker broker;

    TraceCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<TraceMessageResponse> trace(TraceMessageRequest request) {
        TopicName name = Inputs.topic(request.getTopic());
        TopicDescription topic = broker.catalogue()
                .topic(name)
                .orElseThrow(() -> new Rejection(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name));
        MessageLife.Limits limits = new MessageLife.Limits(ENTRIES_MAX, EVENTS_MAX, within(request));
        return switch (request.getByCase()) {
            case MESSAGE_ID -> byId(name, request.getMessageId(), limits);
            case PLACE -> byPlace(topic, request.getPlace(), limits);
            case BY_NOT_SET -> throw Rejection.invalid("either message_id or place must be given");
        };
    }

    private static Duration within(TraceMessageRequest request) {
        long millis = Inputs.within("within_millis", request.getWithinMillis(), 0, WITHIN_MAX.toMillis());
        return millis == 0 ? WITHIN_DEFAULT : Duration.ofMillis(millis);
    }

    private CompletionStage<TraceMessageResponse> byId(TopicName topic, String id, MessageLife.Limits limits) {
        if (id.isBlank()) throw Rejection.invalid("message_id is empty");
        return broker.inspection().findById(topic, id).thenCompose(outcome -> {
            List<StoredMessage> found = Inputs.valueOf(outcome);
            if (found.isEmpty()) {
                throw new Rejection(
                        RefusalCode.NOT_FOUND,
                        "no message " + Inputs.quoted(id) + " is stored in topic " + topic
                                + "; one that is stored no more can be traced by its queue and offset");
            }
            StoredMessage newest = found.get(0);
            return read(topic, newest.queue(), newest.offset(), limits)
                    .thenApply(told -> told.setMessageId(id)
                            .addAllOthers(found.stream()
                                    .skip(1)
                                    .map(TraceCalls::place)
                                    .toList())
                            .build());
        });
    }

    private CompletionStage<TraceMessageResponse> byPlace(
            TopicDescription topic, Place place, MessageLife.Limits limits) {
        int queue = Inputs.within("queue", place.getQueue(), 0, topic.queues() - 1);
        Offset offset = new Offset(Inputs.within("offset", place.getOffset(), 0, Long.MAX_VALUE));
        CompletionStage<String> id = broker.inspection()
                .peek(topic.name(), queue, offset, 1)
                .thenApply(outcome -> Inputs.valueOf(outcome).stream()
                        .filter(stored -> stored.offset().equals(offset))
                        .map(stored -> stored.message().id())
                        .findFirst()
                        .orElse(""));
        return read(topic.name(), queue, offset, limits)
                .thenCombine(id, (told, found) -> told.setMessageId(found).build());
    }

    private CompletionStage<TraceMessageResponse.Builder> read(
            TopicName topic, int queue, Offset offset, MessageLife.Limits limits) {
        return broker.inspection()
                .trace(topic, queue, offset, limits)
                .thenApply(outcome -> TraceWire.life(topic, Inputs.valueOf(outcome)));
    }

    private static Place place(StoredMessage stored) {
        return Place.newBuilder()
                .setQueue(stored.queue())
                .setOffset(stored.offset().value())
                .build();
    }
}
