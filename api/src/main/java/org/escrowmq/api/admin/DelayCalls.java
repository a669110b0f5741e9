package org.escrowmq.api.admin;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.CountDelayedMessagesRequest;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.admin.v1.DescribeDelayedMessageRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** The calls about messages that wait. What an operator changes is recorded in the journal with it, and in the log. */
final class DelayCalls {
    private static final int HANDLES_NAMED_MAX = 10;

    private final Broker broker;
    private final TopicPages pages;

    DelayCalls(Broker broker) {
        this.broker = broker;
        this.pages = new TopicPages(
                broker, Set.of(MessageType.DELAY, MessageType.TRANSACTION), numbers(DelayDesk.Place.FIRST));
    }

    CompletionStage<ListDelayedMessagesResponse> list(ListDelayedMessagesRequest request) {
        long from = Inputs.within("from_epoch_millis", request.getFromEpochMillis(), 0, Long.MAX_VALUE);
        long end = Inputs.within("to_epoch_millis", request.getToEpochMillis(), 0, Long.MAX_VALUE);
        long to = end == 0 ? Long.MAX_VALUE : end;
        if (to <= from) {
            throw Rejection.invalid(
                    "to_epoch_millis must be above from_epoch_millis (" + from + "), or 0 for no end, got " + end);
        }
        @Nullable String key = request.getKey().isEmpty() ? null : request.getKey();
        TopicPages.Desk<DelayDesk.Entry> desk = (topic, place, max) -> broker.delays()
                .list(new DelayDesk.Query(topic, from, to, key, place(place), max))
                .thenApply(DelayCalls::part);
        return pages.page(request.getTopic(), request.getPageSize(), request.getPageToken(), desk)
                .thenApply(found -> ListDelayedMessagesResponse.newBuilder()
                        .addAllMessages(
                                found.entries().stream().map(DelayWire::waiting).toList())
                        .setNextPageToken(found.nextToken())
                        .build());
    }

    private static TopicPages.Part<DelayDesk.Entry> part(Outcome<DelayDesk.Page> outcome) {
        DelayDesk.Page page = Inputs.valueOf(outcome);
        DelayDesk.Place next = page.next();
        return new TopicPages.Part<>(page.entries(), next == null ? null : numbers(next));
    }

    private static List<Long> numbers(DelayDesk.Place place) {
        return List.of((long) place.queue(), place.dueEpochMillis(), place.number());
    }

    private static DelayDesk.Place place(List<Long> numbers) {
        return new DelayDesk.Place(Math.toIntExact(numbers.get(0)), numbers.get(1), numbers.get(2));
    }

    CompletionStage<DelayedMessageDetail> describe(DescribeDelayedMessageRequest request) {
        return switch (request.getByCase()) {
            case RECALL_HANDLE -> show(request.getRecallHandle());
            case SENT -> handleOf(request.getSent()).thenCompose(this::show);
            case BY_NOT_SET -> throw Rejection.invalid("either recall_handle or sent must be given");
        };
    }

    private CompletionStage<DelayedMessageDetail> show(String handle) {
        return broker.delays().show(handle).thenApply(outcome -> DelayWire.detail(Inputs.valueOf(outcome)));
    }

    private CompletionStage<String> handleOf(DescribeDelayedMessageRequest.Sent sent) {
        TopicName topic = Inputs.topic(sent.getTopic());
        String id = sent.getMessageId();
        if (id.isBlank()) throw Rejection.invalid("message_id is empty");
        return broker.delays().ofMessage(topic, id).thenApply(outcome -> {
            List<String> handles = Inputs.valueOf(outcome);
            if (handles.size() == 1) return handles.get(0);
            if (handles.isEmpty()) {
                throw new Rejection(
                        RefusalCode.NOT_FOUND,
                        "no message " + Inputs.quoted(id) + " waits in topic " + topic
                                + " or was recalled there lately; one that was delivered finds QueryMessages");
            }
            throw Rejection.invalid(handles.size() + " messages of topic " + topic + " have the id "
                    + Inputs.quoted(id) + "; name one by its recall handle: "
                    + String.join(", ", handles.subList(0, Math.min(handles.size(), HANDLES_NAMED_MAX))));
        });
    }

    CompletionStage<ActOnDelayedMessagesResponse> act(ActOnDelayedMessagesRequest request) {
        DelayDesk.Action action = DelayWire.action(request.getAction(), request.getDueEpochMillis());
        return ManyActs.act(
                        "recall_handles",
                        request.getRecallHandlesList(),
                        request.getOperator(),
                        request.getReason(),
                        (handle, by) -> {
                            Audit.acted(DelayWire.words(action), "delayed message", handle, by);
                            return broker.delays().act(handle, action, by);
                        })
                .thenApply(all -> ActOnDelayedMessagesResponse.newBuilder()
                        .addAllResults(all.stream().map(DelayCalls::result).toList())
                        .build());
    }

    private static ActOnDelayedMessagesResponse.Result result(ManyActs.Done done) {
        return ActOnDelayedMessagesResponse.Result.newBuilder()
                .setRecallHandle(done.id())
                .setProblem(done.problem())
                .build();
    }

    CompletionStage<CountDelayedMessagesResponse> count(CountDelayedMessagesRequest request) {
        TopicName topic = Inputs.topic(request.getTopic());
        return broker.delays().histogram(topic).thenApply(outcome -> DelayWire.counts(topic, Inputs.valueOf(outcome)));
    }
}
