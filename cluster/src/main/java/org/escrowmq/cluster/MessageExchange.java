package org.escrowmq.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Resolution;
import org.jspecify.annotations.Nullable;

/**
 * Sending, receiving and acknowledging. Nothing here blocks; stages complete on an actor's thread, so callers do little
 * there. Names and sizes are checked by the caller; what depends on state is checked here.
 */
public interface MessageExchange {
    /** Where a message was stored. {@code offset} is absent while the message is not visible yet. */
    record SendReceipt(
            String messageId,
            int queue,
            @Nullable Offset offset,
            @Nullable String recallHandle,
            @Nullable String transactionId) {}

    /** One delivery. {@code attempt} counts from 1. */
    record Delivery(
            Message message,
            int queue,
            Offset offset,
            int attempt,
            String receiptHandle,
            long storedEpochMillis,
            Duration invisible) {}

    /**
     * What a consumer asks for.
     *
     * @param preferredQueue a queue number, or -1 for any; a preference only, unless the group is fifo
     * @param maxMessages 1 to 32
     * @param invisible the lease; ignored when {@code autoRenew}
     * @param autoRenew the server keeps the lease alive while the client lives
     * @param poll how long to wait when there is nothing
     * @param attemptId the client's id of this receive, repeated after a lost answer; may be empty
     */
    record ReceiveQuery(
            GroupName group,
            TopicName topic,
            int preferredQueue,
            MessageFilter filter,
            int maxMessages,
            Duration invisible,
            boolean autoRenew,
            Duration poll,
            String clientId,
            String attemptId) {}

    /** A receive under way. */
    interface Poll {
        /** Completes with at least one delivery, with an empty list when the time is up, or with a refusal. */
        CompletionStage<Outcome<List<Delivery>>> deliveries();

        /** The client is gone: what is or will be granted to this poll is given back. */
        void cancel();

        /** These deliveries could not be written to the client: they become visible again after a second. */
        void giveBack(List<Delivery> undelivered);
    }

    /** Stores messages of one topic; the answers stand in the order of {@code messages}. Atomic for each queue. */
    CompletionStage<List<Outcome<SendReceipt>>> send(TopicName topic, List<Message> messages);

    /**
     * Stores messages of one topic each of which is visible only once its transaction is committed. The answers name the transactions;
     * {@code clientId} is asked first about those that stay open.
     */
    CompletionStage<List<Outcome<SendReceipt>>> sendTransactional(
            TopicName topic, String clientId, List<Message> messages);

    /**
     * What a producer decides on a transaction.
     *
     * @param asked whether it is the answer to a question of the server's
     */
    record TransactionEnd(
            TopicName topic,
            String messageId,
            String transactionId,
            Resolution resolution,
            boolean asked,
            String clientId) {}

    /**
     * Decides on a transaction, for good; done when that is durable, and also where it was decided so before. INVALID_TRANSACTION_ID for
     * one that is unknown, decided otherwise (the text names how and when), or parked.
     */
    CompletionStage<Outcome<Boolean>> end(TransactionEnd end);

    /**
     * Has a message that waits for its time never be delivered; answers the message's id, also where it was recalled before. NOT_FOUND
     * where it is too late (the text begins with ALREADY_DELIVERED) or nothing is known of it (NOT_FOUND); INVALID_ARGUMENT for a handle
     * that was not given out for this topic.
     */
    CompletionStage<Outcome<String>> recall(TopicName topic, String clientId, String recallHandle);

    /** Receives, waiting when there is nothing. */
    Poll receive(ReceiveQuery query);

    /** Acknowledges; the answers stand in the order of {@code receiptHandles}, each done or INVALID_RECEIPT_HANDLE. */
    CompletionStage<List<Outcome<Boolean>>> acknowledge(TopicName topic, GroupName group, List<String> receiptHandles);

    /**
     * Gives a delivered message up: it goes to the dead letters of the group, and its message group goes on without it. Done when that is
     * durably decided, and also where there is nothing to do: the message is acknowledged, on its way already, delivered anew to
     * somebody who decides, or gone with its topic. INVALID_RECEIPT_HANDLE for a handle that was not given out for this topic and group.
     */
    CompletionStage<Outcome<Boolean>> deadLetter(TopicName topic, GroupName group, String receiptHandle);

    /** Makes the message visible after {@code invisible} from now; answers the new handle. INVALID_RECEIPT_HANDLE. */
    CompletionStage<Outcome<String>> changeInvisibleDuration(
            TopicName topic, GroupName group, String receiptHandle, Duration invisible, boolean countsAsAttempt);
}
