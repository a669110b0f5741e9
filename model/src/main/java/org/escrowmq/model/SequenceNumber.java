package org.escrowmq.model;

/** The place of an entry in the journal of one persistence id: contiguous, the first is 1; 0 stands for "none yet". */
public record SequenceNumber(long value) implements Comparable<SequenceNumber> {
    /** Before the first entry. */
    public static final SequenceNumber NONE = new SequenceNumber(0);

    /** The number after this one. */
    public SequenceNumber next() {
        return new SequenceNumber(value + 1);
    }

    @Override
    public int compareTo(SequenceNumber other) {
        return Long.compare(value, other.value);
    }
}
