package org.escrowmq.cluster.entity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The sends that wait for the ids of older messages, which are read from the store one message at a time: a body may be large, and
 * nothing but the id is kept. Owned by the queue's actor; what was read arrives as a message.
 */
final class Confirmations {
    private static final String GONE = "";

    /** The ids that the send that came first waits for; or they could not be read ({@code failure}). */
    record Arrived(Map<Offset, String> ids, @Nullable Throwable failure) {}

    private record Waiting(StoreStep step, List<Offset> candidates) {}

    private final StoredMessages stored;
    private final ActorRef self;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    Confirmations(StoredMessages stored, ActorRef self) {
        this.stored = stored;
        this.self = self;
    }

    int size() {
        return waiting.size();
    }

    /** Has the ids of the messages at these offsets read for a step. They are durable. */
    void request(List<Offset> candidates, StoreStep step) {
        waiting.add(new Waiting(step, candidates));
        if (waiting.size() == 1) readFor(candidates);
    }

    /** Takes in what was read; the step that it was read for can be decided again. */
    StoreStep arrived(Arrived read) {
        if (read.failure() != null) throw new IllegalStateException("message ids could not be read", read.failure());
        StoreStep step = waiting.remove().step();
        step.learn(read.ids());
        if (!waiting.isEmpty()) readFor(waiting.element().candidates());
        return step;
    }

    void refuse(Refusal why) {
        waiting.forEach(one -> one.step().refuse(why));
        waiting.clear();
    }

    private void readFor(List<Offset> candidates) {
        CompletionStage<Map<Offset, String>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (Offset candidate : candidates) all = all.thenCompose(ids -> with(candidate, ids));
        all.whenComplete((ids, failure) ->
                self.tell(new Arrived(failure == null ? ids : Map.of(), failure), ActorRef.noSender()));
    }

    private CompletionStage<Map<Offset, String>> with(Offset candidate, Map<Offset, String> ids) {
        return stored.read(List.of(candidate.value())).thenApply(found -> {
            StoredBlob message = found.get(candidate);
            ids.put(candidate, message == null ? GONE : MessageCodec.idOf(message.blob()));
            return ids;
        });
    }
}
