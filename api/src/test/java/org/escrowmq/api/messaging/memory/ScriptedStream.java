package org.escrowmq.api.messaging.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/** A client's stream whose answers a test sets; it keeps what it was told. */
public final class ScriptedStream implements ClientRegistry.CommandStream {
    public final List<String> reasons = new ArrayList<>();
    public final List<QueueInspection.StoredMessage> tried = new ArrayList<>();
    public Outcome<String> stacks = Outcome.done("");
    public Outcome<ClientRegistry.Verdict> verdict = Outcome.done(new ClientRegistry.Verdict("OK", ""));

    @Override
    public void disconnect(String reason) {
        reasons.add(reason);
    }

    @Override
    public CompletionStage<Outcome<String>> threadStacks() {
        return CompletableFuture.completedFuture(stacks);
    }

    @Override
    public CompletionStage<Boolean> check(TopicName topic, HalfMessage half, String transactionId) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Outcome<ClientRegistry.Verdict>> verify(
            TopicName topic, QueueInspection.StoredMessage message) {
        tried.add(message);
        return CompletableFuture.completedFuture(verdict);
    }
}
