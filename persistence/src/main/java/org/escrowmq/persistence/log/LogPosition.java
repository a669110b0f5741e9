package org.escrowmq.persistence.log;

/**
 * Where a record starts in one stream of segments. Packed so that it sorts: {@code stream:8 | segment:28 | offset:28}.
 * Positions are each member's own business and never leave it.
 */
public record LogPosition(long packed) implements Comparable<LogPosition> {
    /** The position of a byte of a segment. */
    public static LogPosition of(int stream, int segment, int offset) {
        return new LogPosition(((long) stream << 56) | ((long) segment << 28) | offset);
    }

    /** 0 is the hot stream; the others are the collector's, one a retention class. */
    public int stream() {
        return (int) (packed >>> 56);
    }

    /** The segment's number in its stream, from 0. */
    public int segment() {
        return (int) (packed >>> 28) & 0xfff_ffff;
    }

    /** The byte in the segment file. */
    public int offset() {
        return (int) packed & 0xfff_ffff;
    }

    /** {@code stream/segment@offset}. */
    @Override
    public String toString() {
        return stream() + "/" + segment() + "@" + offset();
    }

    @Override
    public int compareTo(LogPosition other) {
        return Long.compareUnsigned(packed, other.packed);
    }
}
