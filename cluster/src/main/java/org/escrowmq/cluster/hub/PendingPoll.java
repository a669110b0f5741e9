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
    private final boolean ordered;
    private final boolean pinned;
    private final long deadlineMillis;
    private final CompletableFuture<Outcome<List<Delivery>>> answer;
    private final List<Delivery> collected = new ArrayList<>();
    private int asked;
    private int askedQueue = NOBODY;

    PendingPoll(
            long id,
            MessageExchange.ReceiveQuery query,
            boolean ordered,
            int queues,
            long deadlineMillis,
            CompletableFuture<Outcome<List<Delivery>>> answer) {
        this.id = id;
        this.query = query;
        this.ordered = ordered;
        int preferred = query.preferredQueue();
        this.pinned = ordered && !query.attemptId().isEmpty() && preferred >= 0 && preferred < queues;
        this.deadlineMillis = deadlineMillis;
        this.answer = answer;
    }

    long id() {
        return id;
    }

    MessageExchange.ReceiveQuery query() {
        return query;
    }

    /** Whether its group gets messages in order. */
    boolean ordered() {
        return ordered;
    }

    /**
     * Whether only the queue that it names may serve it: a receive of an ordered group that is repeated must find what it got before,
     * and that is with one queue.
     */
    boolean pinned() {
        return pinned;
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
