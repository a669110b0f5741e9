package org.escrowmq.cluster.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.entity.TransactionId;
import org.escrowmq.cluster.partition.QueueTables;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.cluster.partition.TransactionList;
import org.escrowmq.cluster.trace.TransactionHistory;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.transaction.Resolution;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads transactions from this node's tables, and has their queues change them. Thread-safe. */
final class StoredTransactions implements TransactionDesk {
    private static final Logger log = LoggerFactory.getLogger(StoredTransactions.class);
    private static final int PAGE_MAX = 1_000;

    private final DurableCatalogue catalogue;
    private final Journal journal;
    private final ActorRef queues;
    private final AwakeQueues awake;
    private final Producers producers;

    StoredTransactions(
            DurableCatalogue catalogue, Journal journal, ActorRef queues, AwakeQueues awake, Producers producers) {
        this.catalogue = catalogue;
        this.journal = journal;
        this.queues = queues;
        this.awake = awake;
        this.producers = producers;
    }

    @Override
    public CompletionStage<Outcome<Page>> list(Query query) {
        Optional<TopicDescription> topic = catalogue.topic(query.topic());
        if (topic.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + query.topic() + " does not exist"));
        }
        return CompletableFuture.supplyAsync(() -> Outcome.done(page(topic.get(), query)));
    }

    private Page page(TopicDescription topic, Query query) {
        int max = Math.max(1, Math.min(query.max(), PAGE_MAX));
        List<Entry> entries = new ArrayList<>();
        long from = query.from().number();
        for (int queue = query.from().queue(); queue < topic.queues(); queue++) {
            QueueId id = new QueueId(topic.id(), queue);
            List<Transaction> found = found(new TransactionList(tables(id)), query, from, max);
            for (Transaction transaction : found) {
                if (!fits(transaction, query)) continue;
                entries.add(entry(topic, id, transaction));
                if (entries.size() == max) return new Page(entries, new Place(queue, transaction.number() + 1));
            }
            if (found.size() == max && !passed(found.get(max - 1), query)) {
                return new Page(entries, new Place(queue, found.get(max - 1).number() + 1));
            }
            from = 0;
        }
        return new Page(entries, null);
    }

    private static List<Transaction> found(TransactionList list, Query query, long from, int max) {
        String key = query.key();
        return key == null ? list.from(query.state(), from, max) : list.ofKey(key, from, max);
    }

    private static boolean fits(Transaction transaction, Query query) {
        return transaction.state() == query.state() && !passed(transaction, query);
    }

    /** They are in the order of storing: what comes after one that is too young is so as well. */
    private static boolean passed(Transaction transaction, Query query) {
        return transaction.storedEpochMillis() >= query.storedBeforeEpochMillis();
    }

    private QueueTables tables(QueueId queue) {
        return new QueueTables(journal.tables(), new PersistenceId(queue.persistenceId()));
    }

    private static Entry entry(TopicDescription topic, QueueId queue, Transaction transaction) {
        return new Entry(
                new TransactionId(queue, transaction.number()).text(), topic.name(), queue.number(), transaction);
    }

    @Override
    public CompletionStage<Outcome<Story>> show(String transactionId) {
        Optional<TransactionId> id = TransactionId.read(transactionId);
        Optional<TopicDescription> topic = id.flatMap(read -> topicOf(read.queue()));
        if (topic.isEmpty()) return CompletableFuture.completedFuture(unknown(transactionId));
        return CompletableFuture.supplyAsync(
                        () -> new TransactionList(tables(id.get().queue()))
                                .find(id.get().number()))
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(unknown(transactionId))
                        : story(topic.get(), id.get().queue(), found.get()));
    }

    private CompletionStage<Outcome<Story>> story(TopicDescription topic, QueueId queue, Transaction transaction) {
        StoredMessages stored = new StoredMessages(journal, new PersistenceId(queue.persistenceId()));
        SequenceNumber from = new SequenceNumber(transaction.body().sequenceNumber());
        return stored.body(transaction.body())
                .thenCombine(
                        new TransactionHistory(journal, queue, transaction.number()).readFrom(from),
                        (blob, moments) -> {
                            @Nullable
                            HalfMessage half = blob.map(MessageCodec::decode)
                                    .map(message ->
                                            new HalfMessage(message, queue.number(), transaction.storedEpochMillis()))
                                    .orElse(null);
                            return Outcome.done(new Story(entry(topic, queue, transaction), half, moments));
                        });
    }

    @Override
    public CompletionStage<Outcome<Boolean>> act(String transactionId, Action action, String by) {
        Optional<TransactionId> id = TransactionId.read(transactionId)
                .filter(read -> topicOf(read.queue()).isPresent());
        if (id.isEmpty()) return CompletableFuture.completedFuture(unknown(transactionId));
        CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
        awake.tell(
                id.get().queue(),
                new QueueOperation.OnTransaction(id.get().number(), null, command(action, by), answer),
                queues);
        return answer;
    }

    private static TransactionCommand command(Action action, String by) {
        return switch (action) {
            case COMMIT -> new TransactionCommand.Resolve(Resolution.COMMIT, Source.OPERATOR, by);
            case ROLLBACK -> new TransactionCommand.Resolve(Resolution.ROLLBACK, Source.OPERATOR, by);
            case CHECK -> new TransactionCommand.CheckNow(by);
            case PARK -> new TransactionCommand.Park(Source.OPERATOR, by);
            case UNPARK -> new TransactionCommand.Unpark(by);
        };
    }

    @Override
    public CompletionStage<Census> census(int queuesMax) {
        return CompletableFuture.supplyAsync(() -> {
            Map<TopicName, TransactionTotals> topics = new HashMap<>();
            int queuesLeft = queuesMax;
            int leftOut = 0;
            for (TopicDescription topic : catalogue.topics()) {
                if (!topic.type().accepted().contains(MessageType.TRANSACTION)) continue;
                if (topic.queues() > queuesLeft) {
                    leftOut++;
                    continue;
                }
                queuesLeft -= topic.queues();
                try {
                    TransactionTotals totals = totals(topic);
                    if (!totals.equals(TransactionTotals.NONE)) topics.put(topic.name(), totals);
                } catch (IllegalArgumentException | IllegalStateException unreadable) {
                    log.warn("the transactions of topic {} cannot be counted", topic.name(), unreadable);
                    leftOut++;
                }
            }
            return new Census(topics, leftOut);
        });
    }

    private TransactionTotals totals(TopicDescription topic) {
        TransactionTotals sum = TransactionTotals.NONE;
        for (int queue = 0; queue < topic.queues(); queue++) {
            sum = sum.plus(new TransactionList(tables(new QueueId(topic.id(), queue))).totals());
        }
        return sum;
    }

    @Override
    public List<SilentProducer> silent(TopicName topic) {
        return producers.silent(topic);
    }

    private Optional<TopicDescription> topicOf(QueueId queue) {
        return catalogue.state().topic(queue.topic()).filter(topic -> queue.number() < topic.queues());
    }

    private static <T> Outcome<T> unknown(String transactionId) {
        return Outcome.refused(
                RefusalCode.NOT_FOUND,
                "there is no transaction \"" + transactionId
                        + "\"; one that is decided is forgotten with its message. Those that are open shows: escrow txn ls");
    }
}
