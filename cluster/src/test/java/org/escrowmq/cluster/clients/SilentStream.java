package org.escrowmq.cluster.clients;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/** The stream of a client that never says anything. */
public class SilentStream implements ClientRegistry.CommandStream {
    @Override
    public void disconnect(String reason) {}

    @Override
    public CompletionStage<Outcome<String>> threadStacks() {
        return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Boolean> check(TopicName topic, HalfMessage half, String transactionId) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Outcome<ClientRegistry.Verdict>> verify(
            TopicName topic, QueueInspection.StoredMessage message) {
        return new CompletableFuture<>();
    }
}
