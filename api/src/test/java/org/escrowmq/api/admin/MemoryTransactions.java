package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The sums and the silent producers that a test puts here, and no transaction. */
final class MemoryTransactions implements TransactionDesk {
    final Map<TopicName, TransactionTotals> totals = new HashMap<>();
    final Map<TopicName, List<SilentProducer>> silent = new HashMap<>();

    @Override
    public CompletionStage<Outcome<Page>> list(Query query) {
        return CompletableFuture.completedFuture(Outcome.done(new Page(new ArrayList<>(), null)));
    }

    @Override
    public CompletionStage<Outcome<Story>> show(String transactionId) {
        return absent(transactionId);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> act(String transactionId, Action action, String by) {
        return absent(transactionId);
    }

    private static <T> CompletionStage<Outcome<T>> absent(String transactionId) {
        return CompletableFuture.completedFuture(
                Outcome.refused(RefusalCode.NOT_FOUND, "there is no transaction " + transactionId));
    }

    @Override
    public CompletionStage<Census> census(int queuesMax) {
        return CompletableFuture.completedFuture(new Census(totals, 0));
    }

    @Override
    public List<SilentProducer> silent(TopicName topic) {
        return silent.getOrDefault(topic, List.of());
    }
}
