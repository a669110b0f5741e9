package org.escrowmq.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/** What operators look at: figures of queues and groups, and messages without consuming them. */
public interface QueueInspection {
    /**
     * One queue.
     *
     * @param first the oldest offset still stored
     * @param next the offset the next message will get
     * @param storedBytes bodies and heads still stored
     * @param sentPerSecond a moving average over a minute
     */
    record QueueFigures(
            int queue, Offset first, Offset next, long storedBytes, double sentPerSecond, List<GroupFigures> groups) {}

    /**
     * One group on one queue. Lag is exact: messages that are visible, stored and not acknowledged (in flight included).
     *
     * @param progress every message below is acknowledged or skipped
     * @param inFlight leased right now
     * @param waiting handed back and waiting for their next attempt
     */
    record GroupFigures(GroupName group, int queue, Offset progress, long lag, long inFlight, long waiting) {}

    /** A stored message with its place. */
    record StoredMessage(int queue, Offset offset, long storedEpochMillis, Message message) {}

    /** Figures of every queue of a topic, in queue order. */
    CompletionStage<Outcome<List<QueueFigures>>> describe(TopicName topic);

    /** Messages of a queue from {@code from}, at most {@code max} (up to 32). */
    CompletionStage<Outcome<List<StoredMessage>>> peek(TopicName topic, int queue, Offset from, int max);

    /** Messages that carry this key, newest first, at most {@code max}. */
    CompletionStage<Outcome<List<StoredMessage>>> findByKey(TopicName topic, String key, int max);

    /** The messages with this id. */
    CompletionStage<Outcome<List<StoredMessage>>> findById(TopicName topic, String messageId);

    /**
     * What happened to the message at an offset of a queue, stored or given up, read from the journal up to a limit. INVALID_ARGUMENT for
     * a queue that the topic does not have, ILLEGAL_OFFSET beyond the end, TOO_MANY_REQUESTS while others read.
     */
    CompletionStage<Outcome<MessageLife>> trace(TopicName topic, int queue, Offset offset, MessageLife.Limits limits);
}
