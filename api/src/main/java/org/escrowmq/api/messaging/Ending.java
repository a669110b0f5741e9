package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.EndTransactionRequest;
import apache.rocketmq.v2.EndTransactionResponse;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TransactionResolution;
import apache.rocketmq.v2.TransactionSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.transaction.Resolution;
import org.jspecify.annotations.Nullable;

/** EndTransaction: what a producer decides, of its own accord or because it was asked. */
final class Ending {
    private final MessageExchange exchange;
    private final ClientRegistry clients;

    Ending(MessageExchange exchange, ClientRegistry clients) {
        this.exchange = exchange;
        this.clients = clients;
    }

    static EndTransactionResponse answer(Status status) {
        return EndTransactionResponse.newBuilder().setStatus(status).build();
    }

    CompletionStage<EndTransactionResponse> end(Caller caller, EndTransactionRequest request) {
        Status refused = problem(request);
        if (refused != null) return CompletableFuture.completedFuture(answer(refused));
        clients.heard(caller.clientId());
        MessageExchange.TransactionEnd end = new MessageExchange.TransactionEnd(
                NameChecks.topicName(request.getTopic()),
                request.getMessageId(),
                request.getTransactionId(),
                request.getResolution() == TransactionResolution.COMMIT ? Resolution.COMMIT : Resolution.ROLLBACK,
                request.getSource() == TransactionSource.SOURCE_SERVER_CHECK,
                caller.clientId());
        return exchange.end(end).thenApply(outcome -> answer(outcome.fold(done -> Statuses.OK, Statuses::of)));
    }

    private static @Nullable Status problem(EndTransactionRequest request) {
        Status refused = NameChecks.topic(request.getTopic());
        if (refused != null) return refused;
        if (request.getTransactionId().isBlank()) {
            return Statuses.of(Code.INVALID_TRANSACTION_ID, "a decision needs the id of its transaction");
        }
        boolean decides = request.getResolution() == TransactionResolution.COMMIT
                || request.getResolution() == TransactionResolution.ROLLBACK;
        if (decides) return null;
        return Statuses.of(
                Code.BAD_REQUEST,
                "a transaction is decided by COMMIT or ROLLBACK, got " + request.getResolutionValue());
    }
}
