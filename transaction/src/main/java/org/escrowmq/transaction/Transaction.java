package org.escrowmq.transaction;

import org.escrowmq.model.Offset;
import org.escrowmq.model.StoredBody;
import org.jspecify.annotations.Nullable;

/**
 * A transactional message and what became of it; immutable. It is one row of its queue's tables, so that a queue may have millions.
 *
 * <pre>
 *              handed to a client
 *               +---------+
 *               |         v
 *   --store--> OPEN ------------resolve------------> COMMITTED | ROLLED_BACK
 *               ^ |                                       ^
 *        unpark | | park: checks used up, max-open, operator
 *               | v                                       |
 *              PARKED ------resolve by an operator--------+
 * </pre>
 *
 * @param number its own in its queue, in the order of storing
 * @param messageId the producer's id
 * @param body where the message lies
 * @param sender the client that sent it, the first to be asked
 * @param storedEpochMillis by the server's clock, like all times here
 * @param since when it came to stand as it stands
 * @param decidedIn the journal entry that holds the decision; 0 while there is none
 * @param checks how often a live client was really asked, since it was last opened
 * @param nextCheckEpochMillis when it is asked next; of no meaning unless it is {@link TransactionState#OPEN}
 * @param visibleFromEpochMillis a committed message waits until then; 0 for one that does not wait
 * @param late the last answer of a client that came while it was parked
 */
public record Transaction(
        long number,
        String messageId,
        StoredBody body,
        String sender,
        long storedEpochMillis,
        TransactionState state,
        Change since,
        long decidedIn,
        int checks,
        long nextCheckEpochMillis,
        long visibleFromEpochMillis,
        @Nullable Answer late) {

    /**
     * The last change of the state.
     *
     * @param by the client or the operator; empty for the server
     * @param offset of the visible message, once it is committed
     */
    public record Change(
            long epochMillis,
            Source source,
            String by,
            @Nullable Offset offset) {}

    /** What a client said, and when. */
    public record Answer(Resolution resolution, long epochMillis, String by) {}

    /** The transaction whose message is blob {@code index} of this entry. */
    public Transaction storedIn(long sequenceNumber, int index) {
        return with(body.in(sequenceNumber, index), decidedIn);
    }

    /** The transaction whose decision is in this entry. */
    public Transaction decidedIn(long sequenceNumber) {
        return with(body, sequenceNumber);
    }

    private Transaction with(StoredBody where, long decision) {
        return new Transaction(
                number,
                messageId,
                where,
                sender,
                storedEpochMillis,
                state,
                since,
                decision,
                checks,
                nextCheckEpochMillis,
                visibleFromEpochMillis,
                late);
    }

    /** The transaction after an event that is about it. */
    public Transaction after(TransactionEvent event) {
        return event.fold(new After(this));
    }

    /** When it is parked at the latest if nobody decides, by this policy. */
    public long parkedAtEpochMillis(CheckPolicy policy) {
        return since.epochMillis() + policy.maxOpenMillis();
    }
}
