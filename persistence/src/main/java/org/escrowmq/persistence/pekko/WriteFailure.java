package org.escrowmq.persistence.pekko;

import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;

/** The journal refused a write for good: the actor stops, and recovers from what is stored. */
public final class WriteFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final WriteAnswer answer;

    /** {@code answer} is REFUSED, GAP or FENCED. */
    public WriteFailure(PersistenceId id, long sequenceNumber, WriteAnswer answer) {
        super("The journal answered " + answer + " to entry " + sequenceNumber + " of " + id.value());
        this.answer = answer;
    }

    /** What the journal said. */
    public WriteAnswer answer() {
        return answer;
    }
}
