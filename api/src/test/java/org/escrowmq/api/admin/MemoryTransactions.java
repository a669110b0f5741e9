package org.escrowmq.api.admin;

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

/** The sums, the silent producers and the open transactions that a test puts here; each of these may be committed. */
final class MemoryTransactions implements TransactionDesk {
    final Map<TopicName, TransactionTotals> totals = new HashMap<>();
    final Map<TopicName, List<SilentProducer>> silent = new HashMap<>();
    /** In one queue of each topic, by number. */
    final Map<TopicName, List<Entry>> open = new HashMap<>();

    @Override
    public CompletionStage<Outcome<Page>> list(Query query) {
        List<Entry> found = open.getOrDefault(query.topic(), List.of()).stream()
                .filter(entry -> entry.transaction().number() >= query.from().number())
                .toList();
        if (found.size() <= query.max()) return CompletableFuture.completedFuture(Outcome.done(new Page(found, null)));
        Place next = new Place(0, found.get(query.max()).transaction().number());
        return CompletableFuture.completedFuture(Outcome.done(new Page(found.subList(0, query.max()), next)));
    }

    @Override
    public CompletionStage<Outcome<Story>> show(String transactionId) {
        return absent(transactionId);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> act(String transactionId, Action action, String by) {
        boolean known = open.values().stream()
                .flatMap(List::stream)
                .anyMatch(entry -> entry.transactionId().equals(transactionId));
        return known ? CompletableFuture.completedFuture(Outcome.done(true)) : absent(transactionId);
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
