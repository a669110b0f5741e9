package org.escrowmq.api.messaging.memory;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.Poll;
import org.escrowmq.cluster.MessageExchange.ReceiveQuery;
import org.escrowmq.model.Outcome;

/** A receive under way. */
final class MemoryPoll implements Poll {
    private final MemoryExchange exchange;
    private final ReceiveQuery query;
    private final CompletableFuture<Outcome<List<Delivery>>> deliveries = new CompletableFuture<>();

    MemoryPoll(MemoryExchange exchange, ReceiveQuery query) {
        this.exchange = exchange;
        this.query = query;
    }

    ReceiveQuery query() {
        return query;
    }

    void complete(Outcome<List<Delivery>> outcome) {
        deliveries.complete(outcome);
    }

    @Override
    public CompletionStage<Outcome<List<Delivery>>> deliveries() {
        return deliveries;
    }

    @Override
    public void cancel() {
        exchange.cancelled(this);
    }

    @Override
    public void giveBack(List<Delivery> undelivered) {
        exchange.givenBack(this, undelivered);
    }

    /** What was granted so far; empty while it waits. */
    List<Delivery> granted() {
        Outcome<List<Delivery>> outcome = deliveries.getNow(Outcome.done(List.of()));
        return outcome.fold(list -> list, refusal -> List.of());
    }
}
