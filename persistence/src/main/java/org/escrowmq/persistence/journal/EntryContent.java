package org.escrowmq.persistence.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;

/**
 * The stored form of one entry or snapshot. The prefix is
 * {@code operationBytes:u32 headBytes:u32 blobs:u32 blobBytes:u32* operations head}; the blobs stay the writer's own buffers,
 * so nothing of a body is copied before the log copies it into its file.
 *
 * @param checksum CRC32C of prefix and blobs: tells a repeated write from another one of the same number
 */
record EntryContent(
        EntryLayout layout,
        ByteBuffer prefix,
        List<ByteBuffer> blobs,
        List<TableOperation> operations,
        RetentionClass retention,
        int checksum) {
    private static final int DIRECTORY_BYTES = 12;

    /** Encodes an entry. Runs on the caller's thread, so checksums are not the writing thread's work. */
    static EntryContent of(JournalEntry entry) {
        int[] blobBytes = new int[entry.blobs().size()];
        for (int i = 0; i < blobBytes.length; i++)
            blobBytes[i] = entry.blobs().get(i).remaining();
        int operationBytes = entry.operations().isEmpty() ? 0 : OperationCodec.bytes(entry.operations());
        int headBytes = entry.head().remaining();
        int prefixBytes = Math.addExact(DIRECTORY_BYTES + 4 * blobBytes.length + operationBytes, headBytes);
        ByteBuffer prefix = ByteBuffer.allocate(prefixBytes);
        prefix.putInt(operationBytes).putInt(headBytes).putInt(blobBytes.length);
        for (int bytes : blobBytes) prefix.putInt(bytes);
        if (operationBytes > 0) OperationCodec.write(entry.operations(), prefix);
        prefix.put(entry.head().duplicate()).flip();
        return new EntryContent(
                new EntryLayout(prefixBytes, blobBytes),
                prefix,
                entry.blobs(),
                entry.operations(),
                entry.retention(),
                checksum(prefix, entry.blobs()));
    }

    /** Encodes a snapshot's state. */
    static EntryContent ofState(ByteBuffer state) {
        return of(new JournalEntry(state, List.of(), List.of(), RetentionClass.STATE));
    }

    /** Reads a prefix back; the blobs stay on disk. */
    static EntryContent ofPrefix(ByteBuffer prefix, RetentionClass retention, int checksum)
            throws UnreadableRecordException {
        ByteBuffer in = prefix.duplicate();
        try {
            int operationBytes = in.getInt();
            in.getInt();
            int[] blobBytes = new int[checkedCount(in)];
            for (int i = 0; i < blobBytes.length; i++) blobBytes[i] = in.getInt();
            List<TableOperation> operations = operationBytes == 0 ? List.of() : OperationCodec.read(in);
            int prefixBytes = headStart(prefix) + headBytes(prefix);
            return new EntryContent(
                    new EntryLayout(prefixBytes, blobBytes), prefix, List.of(), operations, retention, checksum);
        } catch (BufferUnderflowException e) {
            throw new UnreadableRecordException("entry with a directory that does not fit");
        }
    }

    /** The same with its blobs. @throws UnreadableRecordException when the checksum is that of other bytes */
    EntryContent with(List<ByteBuffer> read) throws UnreadableRecordException {
        if (checksum(prefix, read) != checksum) throw new UnreadableRecordException("entry with a wrong checksum");
        return new EntryContent(layout, prefix, read, operations, retention, checksum);
    }

    private static int checkedCount(ByteBuffer in) throws UnreadableRecordException {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / 4)
            throw new UnreadableRecordException("entry with " + count + " blobs");
        return count;
    }

    /** How many bytes of prefix an entry has, from the first bytes of it. */
    static int prefixBytes(ByteBuffer start) {
        return headStart(start) + headBytes(start);
    }

    /** The head within a prefix. */
    static ByteBuffer head(ByteBuffer prefix) {
        return prefix.slice(prefix.position() + headStart(prefix), headBytes(prefix));
    }

    private static int headStart(ByteBuffer prefix) {
        int at = prefix.position();
        return DIRECTORY_BYTES + 4 * prefix.getInt(at + 8) + prefix.getInt(at);
    }

    private static int headBytes(ByteBuffer prefix) {
        return prefix.getInt(prefix.position() + 4);
    }

    private static int checksum(ByteBuffer prefix, List<ByteBuffer> blobs) {
        CRC32C crc = new CRC32C();
        crc.update(prefix.duplicate());
        for (ByteBuffer blob : blobs) crc.update(blob.duplicate());
        return (int) crc.getValue();
    }
}
