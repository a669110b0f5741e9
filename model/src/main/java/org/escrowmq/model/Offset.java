package org.escrowmq.model;

/** The place of a visible message in its queue, from 0, without holes. */
public record Offset(long value) implements Comparable<Offset> {
    /** The first offset of every queue. */
    public static final Offset FIRST = new Offset(0);

    /** Rejects negative values. */
    public Offset {
        if (value < 0) throw new IllegalArgumentException("an offset starts at 0, got " + value);
    }

    /** The offset {@code count} places further. */
    public Offset plus(long count) {
        return new Offset(value + count);
    }

    @Override
    public int compareTo(Offset other) {
        return Long.compare(value, other.value);
    }
}
