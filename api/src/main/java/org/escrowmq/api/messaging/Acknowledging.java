package org.escrowmq.api.messaging;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.AckMessageResultEntry;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationResponse;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.ForwardMessageToDeadLetterQueueRequest;
import apache.rocketmq.v2.ForwardMessageToDeadLetterQueueResponse;
import apache.rocketmq.v2.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/**
 * AckMessage, ChangeInvisibleDuration and ForwardMessageToDeadLetterQueue. Push clients repeat the first two without end on any code
 * but INVALID_RECEIPT_HANDLE, so what can never succeed is answered with that one; the last they repeat on every code but OK, so it
 * is answered OK also where nothing is left to do.
 */
final class Acknowledging {
    private final MessageExchange exchange;
    private final ClientRegistry clients;

    Acknowledging(MessageExchange exchange, ClientRegistry clients) {
        this.exchange = exchange;
        this.clients = clients;
    }

    static AckMessageResponse refusedAck(Status status) {
        return AckMessageResponse.newBuilder().setStatus(status).build();
    }

    /** A simple consumer takes the handle before it looks at the status, so a failure carries the old one. */
    static ChangeInvisibleDurationResponse changed(Status status, String handle) {
        return ChangeInvisibleDurationResponse.newBuilder()
                .setStatus(status)
                .setReceiptHandle(handle)
                .build();
    }

    CompletionStage<AckMessageResponse> acknowledge(Caller caller, AckMessageRequest request) {
        Status refused = NameChecks.topicAndGroup(request.getTopic(), request.getGroup());
        if (refused == null && request.getEntriesCount() == 0) {
            refused = Statuses.of(Code.BAD_REQUEST, "an acknowledgement needs at least one entry");
        }
        if (refused != null) return CompletableFuture.completedFuture(refusedAck(refused));
        clients.heard(caller.clientId());
        List<String> handles = new ArrayList<>(request.getEntriesCount());
        for (AckMessageEntry entry : request.getEntriesList()) handles.add(entry.getReceiptHandle());
        return exchange.acknowledge(
                        NameChecks.topicName(request.getTopic()), NameChecks.groupName(request.getGroup()), handles)
                .thenApply(outcomes -> response(request, outcomes));
    }

    private static AckMessageResponse response(AckMessageRequest request, List<Outcome<Boolean>> outcomes) {
        AckMessageResponse.Builder response = AckMessageResponse.newBuilder();
        List<Status> statuses = new ArrayList<>(outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            Status status = outcomes.get(i).fold(done -> Statuses.OK, Acknowledging::status);
            AckMessageEntry entry = request.getEntries(i);
            statuses.add(status);
            response.addEntries(AckMessageResultEntry.newBuilder()
                    .setMessageId(entry.getMessageId())
                    .setReceiptHandle(entry.getReceiptHandle())
                    .setStatus(status));
        }
        return response.setStatus(Statuses.ofAll(statuses)).build();
    }

    CompletionStage<ChangeInvisibleDurationResponse> change(Caller caller, ChangeInvisibleDurationRequest request) {
        String handle = request.getReceiptHandle();
        Status refused = NameChecks.topicAndGroup(request.getTopic(), request.getGroup());
        long millis = WireTimes.millis(request.getInvisibleDuration());
        if (refused == null) refused = invisible(millis);
        if (refused != null) return CompletableFuture.completedFuture(changed(refused, handle));
        clients.heard(caller.clientId());
        return exchange.changeInvisibleDuration(
                        NameChecks.topicName(request.getTopic()),
                        NameChecks.groupName(request.getGroup()),
                        handle,
                        Duration.ofMillis(millis),
                        !request.getSuspend())
                .thenApply(outcome -> outcome.fold(
                        renewed -> changed(Statuses.OK, renewed), refusal -> changed(status(refusal), handle)));
    }

    static ForwardMessageToDeadLetterQueueResponse forwarded(Status status) {
        return ForwardMessageToDeadLetterQueueResponse.newBuilder()
                .setStatus(status)
                .build();
    }

    CompletionStage<ForwardMessageToDeadLetterQueueResponse> deadLetter(
            Caller caller, ForwardMessageToDeadLetterQueueRequest request) {
        Status refused = NameChecks.topicAndGroup(request.getTopic(), request.getGroup());
        if (refused != null) return CompletableFuture.completedFuture(forwarded(refused));
        clients.heard(caller.clientId());
        return exchange.deadLetter(
                        NameChecks.topicName(request.getTopic()),
                        NameChecks.groupName(request.getGroup()),
                        request.getReceiptHandle())
                .thenApply(outcome -> forwarded(outcome.fold(done -> Statuses.OK, Acknowledging::status)));
    }

    private static @Nullable Status invisible(long millis) {
        if (millis < 0) return Receiving.illegal("small", "at least", Duration.ZERO, millis);
        if (millis > Receiving.INVISIBLE_MAX.toMillis()) {
            return Receiving.illegal("large", "at most", Receiving.INVISIBLE_MAX, millis);
        }
        return null;
    }

    private static Status status(Refusal refusal) {
        return switch (refusal.code()) {
            case TOPIC_NOT_FOUND, GROUP_NOT_FOUND, NOT_FOUND, INVALID_ARGUMENT ->
                Statuses.of(new Refusal(RefusalCode.INVALID_RECEIPT_HANDLE, refusal.text()));
            default -> Statuses.of(refusal);
        };
    }
}
