package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.GetOffsetRequest;
import apache.rocketmq.v2.GetOffsetResponse;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.QueryOffsetRequest;
import apache.rocketmq.v2.QueryOffsetResponse;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.UpdateOffsetRequest;
import apache.rocketmq.v2.UpdateOffsetResponse;
import io.grpc.ServerMethodDefinition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * GetOffset, UpdateOffset and QueryOffset. A group has one progress on a queue: what GetOffset answers is moved by acknowledgements as
 * by UpdateOffset.
 */
final class OffsetCalls {
    private final QueueStreams streams;
    private final ClientRegistry clients;

    OffsetCalls(QueueStreams streams, ClientRegistry clients) {
        this.streams = streams;
        this.clients = clients;
    }

    List<ServerMethodDefinition<?, ?>> all(Door door) {
        return List.of(
                UnaryCall.define(
                        MessagingServiceGrpc.getGetOffsetMethod(),
                        door,
                        this::get,
                        (request, status) -> got(status, Offset.FIRST)),
                UnaryCall.define(
                        MessagingServiceGrpc.getUpdateOffsetMethod(),
                        door,
                        this::update,
                        (request, status) -> updated(status)),
                UnaryCall.define(
                        MessagingServiceGrpc.getQueryOffsetMethod(),
                        door,
                        this::query,
                        (request, status) -> found(status, Offset.FIRST)));
    }

    /** Why this is no offset; null when it may be one. */
    static @Nullable Status illegal(long offset) {
        return offset >= 0 ? null : Statuses.of(Code.ILLEGAL_OFFSET, "an offset starts at 0, got " + offset);
    }

    private CompletionStage<GetOffsetResponse> get(Caller caller, GetOffsetRequest request) {
        MessageQueue queue = request.getMessageQueue();
        Status refused = NameChecks.topicAndGroup(queue.getTopic(), request.getGroup());
        if (refused != null) return CompletableFuture.completedFuture(got(refused, Offset.FIRST));
        clients.heard(caller.clientId());
        return streams.progress(place(queue), NameChecks.groupName(request.getGroup()))
                .thenApply(outcome -> outcome.fold(
                        offset -> got(Statuses.OK, offset), refusal -> got(Statuses.of(refusal), Offset.FIRST)));
    }

    private CompletionStage<UpdateOffsetResponse> update(Caller caller, UpdateOffsetRequest request) {
        MessageQueue queue = request.getMessageQueue();
        Status refused = NameChecks.topicAndGroup(queue.getTopic(), request.getGroup());
        if (refused == null) refused = illegal(request.getOffset());
        if (refused != null) return CompletableFuture.completedFuture(updated(refused));
        clients.heard(caller.clientId());
        return streams.moveTo(place(queue), NameChecks.groupName(request.getGroup()), new Offset(request.getOffset()))
                .thenApply(outcome -> updated(outcome.fold(moved -> Statuses.OK, Statuses::of)));
    }

    private CompletionStage<QueryOffsetResponse> query(Caller caller, QueryOffsetRequest request) {
        Status refused = NameChecks.topic(request.getMessageQueue().getTopic());
        if (refused == null) refused = policy(request);
        if (refused != null) return CompletableFuture.completedFuture(found(refused, Offset.FIRST));
        clients.heard(caller.clientId());
        CompletionStage<Outcome<Offset>> answer = streams.find(place(request.getMessageQueue()), position(request));
        return answer.thenApply(outcome -> outcome.fold(
                offset -> found(Statuses.OK, offset), refusal -> found(Statuses.of(refusal), Offset.FIRST)));
    }

    private static @Nullable Status policy(QueryOffsetRequest request) {
        return switch (request.getQueryOffsetPolicy()) {
            case BEGINNING, END -> null;
            case TIMESTAMP ->
                request.hasTimestamp() ? null : Statuses.of(Code.BAD_REQUEST, "the policy TIMESTAMP needs a timestamp");
            case UNRECOGNIZED ->
                Statuses.of(
                        Code.BAD_REQUEST,
                        "the policy is BEGINNING, END or TIMESTAMP, got " + request.getQueryOffsetPolicyValue());
        };
    }

    private static Position position(QueryOffsetRequest request) {
        return switch (request.getQueryOffsetPolicy()) {
            case BEGINNING, UNRECOGNIZED -> Position.FIRST;
            case END -> Position.LATEST;
            case TIMESTAMP -> Position.at(WireTimes.epochMillis(request.getTimestamp()));
        };
    }

    private static Place place(MessageQueue queue) {
        return new Place(NameChecks.topicName(queue.getTopic()), queue.getId());
    }

    private static GetOffsetResponse got(Status status, Offset offset) {
        return GetOffsetResponse.newBuilder()
                .setStatus(status)
                .setOffset(offset.value())
                .build();
    }

    private static UpdateOffsetResponse updated(Status status) {
        return UpdateOffsetResponse.newBuilder().setStatus(status).build();
    }

    private static QueryOffsetResponse found(Status status, Offset offset) {
        return QueryOffsetResponse.newBuilder()
                .setStatus(status)
                .setOffset(offset.value())
                .build();
    }
}
