package org.escrowmq.persistence.pekko;

import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;

/**
 * One writer since its last claim. A rejected event keeps its number in Pekko, and the actor goes on with the next one: this
 * remembers which numbers were given up, so that the next write can say what it follows. Thread-safe.
 */
final class WriterSession {
    private final Epoch epoch;
    private long givenUpFrom;
    private long givenUpTo = -1;

    WriterSession(Epoch epoch) {
        this.epoch = epoch;
    }

    static WriterSession newer(WriterSession one, WriterSession other) {
        return one.epoch.compareTo(other.epoch) > 0 ? one : other;
    }

    Epoch epoch() {
        return epoch;
    }

    /** These numbers were rejected and will stay unused. */
    synchronized void givenUp(long from, long to) {
        if (givenUpTo != from - 1) givenUpFrom = from;
        givenUpTo = to;
    }

    /** The entry that {@code first} follows. */
    synchronized SequenceNumber before(SequenceNumber first) {
        long previous = first.value() - 1;
        return new SequenceNumber(previous == givenUpTo ? givenUpFrom - 1 : previous);
    }
}
