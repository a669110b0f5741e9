package org.escrowmq.cluster.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.model.Outcome;

/** A receive that waits in its hub, or that a queue is being asked for. Owned by the hub. */
final class PendingPoll {
    private static final int NOBODY = -1;

    private final long id;
    private final MessageExchange.ReceiveQuery query;
    private final long deadlineMillis;
    private final CompletableFuture<Outcome<List<Delivery>>> answer;
    private final List<Delivery> collected = new ArrayList<>();
    private int asked;
    private int askedQueue = NOBODY;

    PendingPoll(
            long id,
            MessageExchange.ReceiveQuery query,
            long deadlineMillis,
            CompletableFuture<Outcome<List<Delivery>>> answer) {
        this.id = id;
        this.query = query;
        this.deadlineMillis = deadlineMillis;
        this.answer = answer;
    }

    long id() {
        return id;
    }

    MessageExchange.ReceiveQuery query() {
        return query;
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    boolean asking() {
        return askedQueue != NOBODY;
    }

    /** Whether this queue is being asked for it. */
    boolean asks(int queue) {
        return askedQueue == queue;
    }

    void asked(int queue) {
        asked++;
        askedQueue = queue;
    }

    void heard() {
        askedQueue = NOBODY;
    }

    /** How many queues were asked for it so far. */
    int askedCount() {
        return asked;
    }

    int lacks() {
        return query.maxMessages() - collected.size();
    }

    boolean isEmpty() {
        return collected.isEmpty();
    }

    void collect(List<Delivery> deliveries) {
        collected.addAll(deliveries);
    }

    long collectedBytes() {
        long bytes = 0;
        for (Delivery delivery : collected) bytes += delivery.message().body().remaining();
        return bytes;
    }

    /** Answers with what was collected; what nobody took any more is returned, to be given back. */
    List<Delivery> complete() {
        List<Delivery> deliveries = List.copyOf(collected);
        return answer.complete(Outcome.done(deliveries)) ? List.of() : deliveries;
    }

    void refuse(Outcome<List<Delivery>> refusal) {
        answer.complete(refusal);
    }
}
