package org.escrowmq.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionEvent;
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as an operator sees them: to be listed, shown and decided. Lists and stories tell what is durable and cost the queues
 * nothing. Nothing here blocks.
 */
public interface TransactionDesk {
    /** Where a list goes on: at a transaction of a queue, or at the first one after it. */
    record Place(int queue, long number) {
        /** The beginning of a topic. */
        public static final Place FIRST = new Place(0, 0);
    }

    /**
     * What is listed of a topic, oldest first queue by queue.
     *
     * @param storedBeforeEpochMillis only those that were stored before; Long.MAX_VALUE for all
     * @param key only those with this search key, which may be another one with the same fingerprint; null for all
     * @param max at most 1,000
     */
    record Query(
            TopicName topic,
            TransactionState state,
            long storedBeforeEpochMillis,
            @Nullable String key,
            Place from,
            int max) {}

    /** A transaction under the id that its producer knows. */
    record Entry(String transactionId, TopicName topic, int queue, Transaction transaction) {}

    /** Some of a list; {@code next} is null at its end. */
    record Page(List<Entry> entries, @Nullable Place next) {}

    /** Something that happened, by the server's clock. */
    record Moment(long epochMillis, TransactionEvent event) {}

    /**
     * All about one.
     *
     * @param half the message; null once its body is gone
     * @param moments what happened to it, as far as the journal reaches back, oldest first
     */
    record Story(Entry entry, @Nullable HalfMessage half, List<Moment> moments) {}

    /** What an operator may do. */
    enum Action {
        COMMIT,
        ROLLBACK,
        CHECK,
        PARK,
        UNPARK
    }

    /** A page of a list; TOPIC_NOT_FOUND. */
    CompletionStage<Outcome<Page>> list(Query query);

    /** All about one; NOT_FOUND for an id that was never given out, or is forgotten. */
    CompletionStage<Outcome<Story>> show(String transactionId);

    /**
     * Does it, for good; {@code by} names who and why, and is recorded with it. Done also where it stood so before. NOT_FOUND, or
     * INVALID_TRANSACTION_ID with a text that says how it stands.
     */
    CompletionStage<Outcome<Boolean>> act(String transactionId, Action action, String by);

    /**
     * How many are undecided, of each topic that takes transactions.
     *
     * @param topics the sums; a topic without any is left out
     * @param leftOut topics that were not looked at, since there are too many queues, or whose rows cannot be read
     */
    record Census(Map<TopicName, TransactionTotals> topics, int leftOut) {}

    /** A census that looks at {@code queuesMax} queues at most: topics beyond are left out. */
    CompletionStage<Census> census(int queuesMax);

    /** A producer that is asked and does not answer; {@code unanswered}: questions since it answered last. */
    record SilentProducer(String clientId, int unanswered) {}

    /** Those of a topic. */
    List<SilentProducer> silent(TopicName topic);
}
