package org.escrowmq.delay;

import org.escrowmq.model.StoredBody;
import org.jspecify.annotations.Nullable;

/**
 * A message that is stored and waits for its time; immutable. It is one row of its queue's tables, so that a queue may have millions.
 *
 * <pre>
 *                 reschedule, fire
 *                    +-----+
 *                    |     v
 *   --store, or--> WAITING --due--> visible, with an offset
 *     commit          |
 *                     +---recall--> {@link Recalled}, for a while; then forgotten
 * </pre>
 *
 * @param number its own in its queue, in the order of storing, from 1 on
 * @param messageId the producer's id
 * @param body where the message lies
 * @param storedEpochMillis by the server's clock, like all times here
 * @param dueEpochMillis when it becomes visible, never earlier
 * @param transaction the number of the transaction that was committed before its time; {@link #NO_TRANSACTION} for none
 * @param moved who gave it another time last; null while it has the one that it came with
 */
public record Delayed(
        long number,
        String messageId,
        StoredBody body,
        long storedEpochMillis,
        long dueEpochMillis,
        long transaction,
        @Nullable Change moved) {
    /** What {@link #transaction()} says of a message without one. */
    public static final long NO_TRANSACTION = -1;

    /** Who did something when; {@code by} names the operator, or the client. */
    public record Change(long epochMillis, Source source, String by) {}

    /** The message as blob {@code index} of this entry. */
    public Delayed storedIn(long sequenceNumber, int index) {
        return new Delayed(
                number,
                messageId,
                body.in(sequenceNumber, index),
                storedEpochMillis,
                dueEpochMillis,
                transaction,
                moved);
    }

    /** The message with another time. */
    public Delayed at(long otherDueEpochMillis, Change change) {
        return new Delayed(number, messageId, body, storedEpochMillis, otherDueEpochMillis, transaction, change);
    }

    /** Whether a transaction stored it. */
    public boolean isOfTransaction() {
        return transaction != NO_TRANSACTION;
    }

    /** Where it stands among the others of its queue. */
    public DueTime due() {
        return new DueTime(dueEpochMillis, number);
    }
}
