package org.escrowmq.transaction;

import org.escrowmq.model.Refusal;

/** What a transaction answers, to be sent once the decision's events are durable. */
public sealed interface TransactionReply {
    /** Done, or it was so already. */
    record Ok() implements TransactionReply {}

    /** Not done. */
    record Refused(Refusal refusal) implements TransactionReply {}
}
