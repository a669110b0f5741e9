package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SyncLiteSubscriptionResponse;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The calls of the protocol that this version does not carry out: each answers NOT_IMPLEMENTED and says what is missing. */
final class LaterCalls {
    private LaterCalls() {}

    static List<ServerMethodDefinition<?, ?>> all(Door door) {
        return List.of(later(
                MessagingServiceGrpc.getSyncLiteSubscriptionMethod(),
                door,
                "lite topics",
                status -> SyncLiteSubscriptionResponse.newBuilder()
                        .setStatus(status)
                        .build()));
    }

    private static <Q extends Message, R> ServerMethodDefinition<Q, R> later(
            MethodDescriptor<Q, R> method, Door door, String what, Function<Status, R> response) {
        Status status = Statuses.of(
                Code.NOT_IMPLEMENTED, method.getBareMethodName() + ": this version does not have " + what + " yet");
        return UnaryCall.define(
                method,
                door,
                (caller, request) -> CompletableFuture.completedFuture(response.apply(status)),
                (request, refused) -> response.apply(refused));
    }
}
