package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.RecallMessageRequest;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.TopicName;

/** RecallMessage: a message that waits for its time is not wanted any more. */
final class Recalling {
    private final Catalogue catalogue;
    private final MessageExchange exchange;
    private final ClientRegistry clients;

    Recalling(Catalogue catalogue, MessageExchange exchange, ClientRegistry clients) {
        this.catalogue = catalogue;
        this.exchange = exchange;
        this.clients = clients;
    }

    static RecallMessageResponse answer(Status status) {
        return RecallMessageResponse.newBuilder().setStatus(status).build();
    }

    CompletionStage<RecallMessageResponse> recall(Caller caller, RecallMessageRequest request) {
        Status illegal = NameChecks.topic(request.getTopic());
        if (illegal != null) return refused(illegal);
        TopicName name = NameChecks.topicName(request.getTopic());
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (topic.isEmpty()) return refused(Statuses.of(Code.TOPIC_NOT_FOUND, "there is no topic " + name));
        if (request.getRecallHandle().isBlank()) {
            return refused(Statuses.of(Code.BAD_REQUEST, "a recall needs the handle that the send was answered with"));
        }
        clients.heard(caller.clientId());
        return exchange.recall(name, caller.clientId(), request.getRecallHandle())
                .thenApply(outcome -> outcome.fold(
                        messageId -> RecallMessageResponse.newBuilder()
                                .setStatus(Statuses.OK)
                                .setMessageId(messageId)
                                .build(),
                        refusal -> answer(Statuses.of(refusal))));
    }

    private static CompletionStage<RecallMessageResponse> refused(Status status) {
        return CompletableFuture.completedFuture(answer(status));
    }
}
