package org.escrowmq.persistence.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of the records of a group.
 *
 * <pre>
 *  0  u32 CRC32C of the rest of the header    36  u32 chain after it
 *  4  u32 mark of this position               40  u32 records
 *  8  u32 bytes of the header                 44  u32 checksum over the records' checksums
 * 12  u32 bytes of the records                48  u32 lines of its own manifest
 * 16  u64 number of the group                 52  u32 lines that are repeated
 * 24  u64 durable end before it               56  u32 groups that these lines speak of
 * 32  u32 chain before it                     60  u32 flags
 * 64  manifest lines (u64 writer, u64 last sequence number): its own, then the repeated ones
 * </pre>
 */
record GroupHeader(
        long position,
        int headerBytes,
        int bodyBytes,
        long number,
        long durableEnd,
        int chainBefore,
        int chainAfter,
        int records,
        int bodyChecksum,
        int repeatedGroups,
        int flags,
        List<ManifestLine> own,
        List<ManifestLine> repeated) {
    /** An operator accepted what is missing between this group and the one before it. */
    static final int LOSS_BEFORE_ACCEPTED = 1;
    /** An operator accepted that records of this group are missing. */
    static final int LOSS_INSIDE_ACCEPTED = 2;

    static final int FLAGS_AT = 60;

    static int headerBytes(int ownLines, int repeatedLines) {
        return SegmentFormat.GROUP_HEADER_BYTES + SegmentFormat.LINE_BYTES * (ownLines + repeatedLines);
    }

    boolean flag(int flag) {
        return (flags & flag) != 0;
    }

    int offset() {
        return new LogPosition(position).offset();
    }

    /** Bytes of the group in its segment, with the padding. */
    int groupBytes(int blockBytes) {
        return SegmentFormat.align(headerBytes + bodyBytes, blockBytes);
    }

    /** Writes the header at {@code at}, with its checksum. */
    void encode(ByteBuffer out, int at, StreamIdentity identity, CRC32C crc) {
        out.putInt(at + 4, identity.groupMark(position))
                .putInt(at + 8, headerBytes)
                .putInt(at + 12, bodyBytes);
        out.putLong(at + 16, number).putLong(at + 24, durableEnd);
        out.putInt(at + 32, chainBefore).putInt(at + 36, chainAfter);
        out.putInt(at + 40, records).putInt(at + 44, bodyChecksum);
        out.putInt(at + 48, own.size()).putInt(at + 52, repeated.size());
        out.putInt(at + 56, repeatedGroups).putInt(at + FLAGS_AT, flags);
        int line = putLines(out, at + SegmentFormat.GROUP_HEADER_BYTES, own);
        putLines(out, line, repeated);
        out.putInt(at, checksum(out, at, headerBytes, crc));
    }

    static int putLines(ByteBuffer out, int at, List<ManifestLine> lines) {
        int next = at;
        for (ManifestLine line : lines) {
            out.putLong(next, line.writer()).putLong(next + 8, line.lastSequenceNumber());
            next += SegmentFormat.LINE_BYTES;
        }
        return next;
    }

    static List<ManifestLine> getLines(ByteBuffer in, int at, int count) {
        List<ManifestLine> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int line = at + i * SegmentFormat.LINE_BYTES;
            lines.add(new ManifestLine(in.getLong(line), in.getLong(line + 8)));
        }
        return lines;
    }

    /** The good header that starts at {@code offset} of the segment, or null. */
    static @Nullable GroupHeader read(SegmentView view, int offset, StreamIdentity identity, CRC32C crc)
            throws java.io.IOException {
        if (offset + SegmentFormat.GROUP_HEADER_BYTES > view.bytes()) return null;
        long position = identity.position(view.number(), offset);
        int at = view.load(offset, SegmentFormat.GROUP_HEADER_BYTES);
        ByteBuffer in = view.buffer();
        if (in.getInt(at + 4) != identity.groupMark(position)) return null;
        int headerBytes = in.getInt(at + 8);
        int bodyBytes = in.getInt(at + 12);
        int own = in.getInt(at + 48);
        int repeated = in.getInt(at + 52);
        if (headerBytes < 0 || bodyBytes < 0 || own < 0 || repeated < 0) return null;
        if ((long) offset + headerBytes + bodyBytes > view.bytes()) return null;
        long lines = (long) SegmentFormat.LINE_BYTES * ((long) own + repeated);
        if (headerBytes != SegmentFormat.GROUP_HEADER_BYTES + lines) return null;
        at = view.load(offset, headerBytes);
        in = view.buffer();
        if (in.getInt(at) != checksum(in, at, headerBytes, crc)) return null;
        int firstLine = at + SegmentFormat.GROUP_HEADER_BYTES;
        return new GroupHeader(
                position,
                headerBytes,
                bodyBytes,
                in.getLong(at + 16),
                in.getLong(at + 24),
                in.getInt(at + 32),
                in.getInt(at + 36),
                in.getInt(at + 40),
                in.getInt(at + 44),
                in.getInt(at + 56),
                in.getInt(at + FLAGS_AT),
                getLines(in, firstLine, own),
                getLines(in, firstLine + SegmentFormat.LINE_BYTES * own, repeated));
    }

    /** The checksum of the header bytes at {@code at}. */
    static int checksum(ByteBuffer in, int at, int headerBytes, CRC32C crc) {
        crc.reset();
        in.limit(at + headerBytes).position(at + 4);
        crc.update(in);
        in.clear();
        return (int) crc.getValue();
    }
}
