package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.RetentionClass;

/**
 * What stands before the content of every record. Big-endian; see docs/formats/journal-entry.md.
 *
 * <pre>
 *    0 version:u8   1 kind:u8   2 journal group:u16   4 retention:u8   5 id length:u8   6 zero:u16
 *    8 writer number:u64       16 revision:u64       24 epoch:u64
 *   32 from:u64                40 to:u64             48 time (ms):u64
 *   56 after:u64               64 number:u64              72 part:u32
 *   76 parts:u32               80 checksum:u32            84 id (UTF-8)   content
 * </pre>
 *
 * @param writer the number that stands for the id in the tables
 * @param revision counts the proposals of the id that were applied, this one included: a hole is a loss
 * @param after the writer's entry before the first of these; what lies between stays unused
 * @param number the entry (or snapshot) that this part belongs to
 * @param part of the entry, from 0
 * @param checksum of the entry's whole content
 */
record RecordHeader(
        RecordKind kind,
        RetentionClass retention,
        PersistenceId id,
        long writer,
        long revision,
        long epoch,
        long from,
        long to,
        long timeMillis,
        long after,
        long number,
        int part,
        int parts,
        int checksum) {
    static final int VERSION = 1;
    /** The journal group of every id until there are several. */
    static final int GROUP = 0;

    static final int FIXED_BYTES = 84;
    /** The most that a header takes. */
    static final int BYTES_MAX = FIXED_BYTES + 255;

    static void write(
            ByteBuffer to, Proposal of, byte[] id, long writer, long revision, long epoch, int content, int part) {
        EntryContent entry = of.contents().isEmpty() ? null : of.contents().get(content);
        to.put((byte) VERSION).put((byte) of.kind().code()).putShort((short) GROUP);
        to.put((byte) (entry == null ? 0 : entry.retention().code()))
                .put((byte) id.length)
                .putShort((short) 0);
        to.putLong(writer).putLong(revision).putLong(epoch);
        to.putLong(of.from()).putLong(of.to()).putLong(of.timeMillis());
        to.putLong(of.after()).putLong(of.from() + content).putInt(part);
        to.putInt(entry == null ? 1 : entry.layout().parts());
        to.putInt(entry == null ? 0 : entry.checksum());
        to.put(id);
    }

    /** Reads a header and leaves {@code from} at the content. */
    static RecordHeader read(ByteBuffer from) throws UnreadableRecordException {
        if (from.remaining() < FIXED_BYTES)
            throw new UnreadableRecordException("record of " + from.remaining() + " bytes");
        int at = from.position();
        int version = from.get(at);
        if (version != VERSION) {
            throw new UnreadableRecordException(
                    "record of format " + version + "; this release reads format " + VERSION);
        }
        byte[] id = new byte[from.get(at + 5) & 0xff];
        RecordHeader header = new RecordHeader(
                RecordKind.ofCode(from.get(at + 1)),
                RetentionClass.ofCode(from.get(at + 4)),
                idOf(from, at, id),
                from.getLong(at + 8),
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40),
                from.getLong(at + 48),
                from.getLong(at + 56),
                from.getLong(at + 64),
                from.getInt(at + 72),
                from.getInt(at + 76),
                from.getInt(at + 80));
        from.position(at + FIXED_BYTES + id.length);
        return header;
    }

    private static PersistenceId idOf(ByteBuffer from, int at, byte[] id) throws UnreadableRecordException {
        if (from.remaining() < FIXED_BYTES + id.length) throw new UnreadableRecordException("record with a cut id");
        from.get(at + FIXED_BYTES, id);
        return new PersistenceId(new String(id, StandardCharsets.UTF_8));
    }

    /** Skips the header of a record whose fields are known. */
    static ByteBuffer content(ByteBuffer record) {
        int at = record.position();
        return record.position(at + FIXED_BYTES + (record.get(at + 5) & 0xff));
    }

    /** Whether this is the last record of its proposal. */
    boolean last() {
        return part == parts - 1 && number == Math.max(from, kind == RecordKind.ENTRIES ? to : from);
    }
}
