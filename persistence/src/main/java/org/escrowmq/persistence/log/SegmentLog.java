package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One stream of segments in a folder. One thread appends and syncs; any thread reads. The log adds framing (length, CRC32C,
 * chain) and knows nothing of what a record holds.
 *
 * <p>Records are written in <em>groups</em>. A group is what one {@link #sync} makes durable. Its header states the durable
 * end before it and repeats the {@linkplain #append manifest} of the group before it, so that damage to a group can be put
 * down to writers even when the group itself is unreadable.
 */
public interface SegmentLog extends Closeable {
    /** Who wrote what in a group: one line a writer. {@code writer} is whatever the caller numbers its writers by. */
    record ManifestLine(long writer, long lastSequenceNumber) {}

    /**
     * Writes a group of records (each at most {@code recordBytesMax}) after everything before it, and fsyncs. At return
     * the group is durable.
     *
     * @return the position of each record, in order
     * @throws IOException on any write or sync error, after which the log takes nothing any more and is never retried
     */
    long[] append(List<ByteBuffer[]> records, List<ManifestLine> manifest) throws IOException;

    /** The payload of the record at {@code position}, checked. @throws CorruptRecordException if the checksum is wrong */
    ByteBuffer read(long position) throws IOException;

    /** Visits every record from {@code position} (or the start, when negative) to the end. */
    void scan(long position, RecordVisitor visitor) throws IOException;

    /** The end of what is durable. */
    long durableEnd();

    /** The first position that still exists. */
    long firstPosition();

    /** Drops whole segments before the one of {@code position}. */
    void dropBefore(long position) throws IOException;

    /** Receives the records of a scan in order. */
    interface RecordVisitor {
        /** A good record. {@code payload} is valid during the call only. */
        void record(long position, ByteBuffer payload) throws IOException;

        /** Bytes below the high water that could not be read; {@code suspects} is empty when nobody can be named. */
        void damage(long from, long to, List<ManifestLine> suspects) throws IOException;
    }
}
