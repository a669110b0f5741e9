package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One stream of segments in a folder. One thread appends and syncs; any thread reads. The log adds framing (length, CRC32C,
 * chain) and knows nothing of what a record holds.
 *
 * <p>Records are written in <em>groups</em>. A group is what one {@link #append} makes durable, whole or not at all. Its
 * header states the durable end before it and repeats the manifests of the groups shortly before it, so that damage to a
 * group can be put down to writers even when the group itself is unreadable.
 */
public interface SegmentLog extends Closeable {
    /** Who wrote what in a group: one line a writer. {@code writer} is whatever the caller numbers its writers by. */
    record ManifestLine(long writer, long lastSequenceNumber) {}

    /** Bytes on disk of a record with that payload; a group adds a header of 64 bytes, its manifests and padding. */
    static int recordBytes(int payloadBytes) {
        return SegmentFormat.frameBytes(payloadBytes);
    }

    /**
     * Writes a group of records (each at most {@code recordBytesMax}) after everything before it, and fsyncs. At return
     * the group is durable. A record is the concatenation of its buffers, from position to limit, which are not moved.
     * The calling thread must not be interrupted meanwhile: that fails the log.
     *
     * @param manifest empty when nobody can be named; damage to the group then concerns everybody
     * @return the position of each record, in order
     * @throws DiskFullException when there is no room for the next segment; nothing was written, and the log goes on
     * @throws IOException on any write or sync error, after which the log takes nothing any more and is never retried
     * @throws IllegalArgumentException when a record or the group is too large; nothing was written
     */
    long[] append(List<ByteBuffer[]> records, List<ManifestLine> manifest) throws IOException;

    /**
     * Notes durably, apart from the segments, what was appended so far. Damage up to there can no longer be taken for a
     * torn tail. For the appending thread, when it has had nothing to write for some milliseconds; costs one fsync, and
     * nothing when there is nothing new.
     */
    void syncHighWater() throws IOException;

    /**
     * The payload of the record at {@code position}, checked, in a buffer of its own. An interrupt of the calling thread
     * neither fails the read nor is lost.
     *
     * @throws CorruptRecordException if no good record is there
     * @throws DroppedSegmentException if the segment was dropped
     */
    ByteBuffer read(long position) throws IOException;

    /**
     * Visits every record from {@code position} (or the start, when negative) to the end of what is durable at the call.
     * {@code position} is that of a record or a former {@link #durableEnd}; others cost a look at the whole segment.
     * Older segments are not read, but reported as damage when they are missing or cut short.
     */
    void scan(long position, RecordVisitor visitor) throws IOException;

    /** The end of what is durable. Never moves back. */
    long durableEnd();

    /** The first position that still exists. */
    long firstPosition();

    /** Drops whole segments before the one of {@code position}; never the one that is being written. */
    void dropBefore(long position) throws IOException;

    /** Bytes that can still be written on the file system of the log; cheap, a fraction of a second old. */
    long freeBytes() throws IOException;

    /** The number of segments, and the bytes of their files. */
    Size size();

    /** Segment files and the bytes they take. */
    record Size(int segments, long bytes) {}

    /** Writes the high water and closes the files. */
    @Override
    void close() throws IOException;

    /** Receives the records of a scan in order. */
    interface RecordVisitor {
        /** A good record. {@code payload} is valid during the call only. */
        void record(long position, ByteBuffer payload) throws IOException;

        /**
         * Acknowledged bytes from {@code from} to before {@code to} that could not be read. {@code suspects} may have
         * written them; it is empty when nobody can be named, and then it is everybody. Equal bounds: whatever was
         * there, it is not what the next group was written after.
         */
        void damage(long from, long to, List<ManifestLine> suspects) throws IOException;

        /** Damage that an operator accepted with {@link LogSalvage}: it will never come back. */
        default void acceptedLoss(long from, long to, List<ManifestLine> suspects) throws IOException {}
    }
}
