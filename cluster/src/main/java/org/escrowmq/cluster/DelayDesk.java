package org.escrowmq.cluster;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.Recalled;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their time, as an operator sees them: to be listed, shown, counted and changed. Lists tell what is durable and
 * cost the queues nothing. Nothing here blocks.
 */
public interface DelayDesk {
    /**
     * Where a list goes on: in a queue, at a message with this time and number, or at the first one after it. In a list by key the time
     * means nothing.
     */
    record Place(int queue, long dueEpochMillis, long number) {
        /** The beginning of a topic. */
        public static final Place FIRST = new Place(0, 0, 0);
    }

    /**
     * What is listed of a topic, in the order of their times queue by queue.
     *
     * @param fromEpochMillis only those that are due then or later
     * @param toEpochMillis only those that are due before; Long.MAX_VALUE for all
     * @param key only those with this search key, which may be another one with the same fingerprint; null for all
     * @param max at most 1,000
     */
    record Query(
            TopicName topic,
            long fromEpochMillis,
            long toEpochMillis,
            @Nullable String key,
            Place from,
            int max) {}

    /** A waiting message; {@code id} is its recall handle, and names the time that it had when it was stored or last listed. */
    record Entry(String id, TopicName topic, int queue, Delayed message) {}

    /** Some of a list; {@code next} is null at its end. */
    record Page(List<Entry> entries, @Nullable Place next) {}

    /** How one stands. */
    enum Standing {
        WAITING,
        RECALLED,
        /** It became visible, and is what it is in its queue. */
        DELIVERED
    }

    /**
     * All about one.
     *
     * @param waiting while it waits
     * @param recalled once it was recalled
     * @param message the message; null once its body is gone, or when it does not wait any more
     */
    record Story(
            String id,
            TopicName topic,
            int queue,
            Standing standing,
            @Nullable Delayed waiting,
            @Nullable Recalled recalled,
            @Nullable Message message) {}

    /** What an operator may do. */
    sealed interface Action {
        /** Never deliver it. */
        record Cancel() implements Action {}

        /** Deliver it at another time. */
        record Reschedule(long dueEpochMillis) implements Action {}

        /** Deliver it now. */
        record Fire() implements Action {}
    }

    /** A page of a list; TOPIC_NOT_FOUND. */
    CompletionStage<Outcome<Page>> list(Query query);

    /** All about one, by its recall handle; NOT_FOUND for one that was never given out, or is forgotten. */
    CompletionStage<Outcome<Story>> show(String id);

    /**
     * Those that wait or were recalled with this message id, by their recall handles; empty when there is none. TOPIC_NOT_FOUND.
     */
    CompletionStage<Outcome<List<String>>> ofMessage(TopicName topic, String messageId);

    /**
     * Does it; {@code by} names who and why, and is recorded with it. Done also where it is recalled already and is to be. NOT_FOUND (the
     * text begins with ALREADY_DELIVERED where it was delivered); INVALID_ARGUMENT for a time that lies too far ahead.
     */
    CompletionStage<Outcome<Boolean>> act(String id, Action action, String by);

    /**
     * How many wait, by the hour of their time.
     *
     * @param hours hours since 1970 (UTC) in which some are due, with how many; none is zero
     */
    record Histogram(long waiting, SortedMap<Integer, Long> hours) {}

    /** The histogram of a topic; TOPIC_NOT_FOUND. */
    CompletionStage<Outcome<Histogram>> histogram(TopicName topic);

    /**
     * The histogram of each topic that has any waiting, of the next thirty days; as it was half a minute ago at most.
     *
     * @param leftOut topics that were not looked at, since there are too many queues, or whose rows cannot be read
     */
    record Census(Map<TopicName, Histogram> topics, int leftOut) {}

    /** A census that looks at {@code queuesMax} queues at most: topics beyond are left out. */
    CompletionStage<Census> census(int queuesMax);
}
