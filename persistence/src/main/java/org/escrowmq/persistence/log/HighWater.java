package org.escrowmq.persistence.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.jspecify.annotations.Nullable;

/**
 * What is known to be durable, kept apart from the segments: one slot of the high-water file.
 *
 * <pre>
 *  0  u32 CRC32C of the rest   24  u32 stream              56  u64 first: groups before it
 *  4  u32 magic "EHWM"         28  u32 bytes of a block    64  u64 first: durable end before it
 *  8  u32 format version       32  u64 end                 72  u32 first: chain before it
 * 12  u32 bytes of the slot    40  u64 groups              76  u32 first: segment
 * 16  u64 log id               48  u32 chain               80  u64 counter
 *                              52  u32 bytes of the        88  u32 groups that the lines speak of
 *                                      end's segment       92  u32 lines
 * 96  u64 end of the last group
 * 104 manifest lines (u64 writer, u64 last sequence number)
 * </pre>
 *
 * @param counter grows by one with every slot that is written
 * @param end everything before it is durable, and its segment exists (offset 0: no segment was made yet)
 * @param segmentBytes bytes of the file that {@code end} is in
 * @param tail the groups up to there
 * @param first what the oldest segment's first group was written after
 */
record HighWater(StreamIdentity identity, long counter, long end, int segmentBytes, Tail tail, First first) {
    static final int SLOT_BYTES = 32 << 10;

    private static final int MAGIC = 0x4548574d;
    private static final int LINES_AT = 104;
    private static final int LINES_MAX = (SLOT_BYTES - LINES_AT) / SegmentFormat.LINE_BYTES;

    /** The oldest segment, and what its first group was written after. */
    record First(int segment, long groups, int chain, long durableEnd) {}

    /** A stream without any segment. */
    static HighWater fresh(StreamIdentity identity) {
        long start = identity.position(0, identity.blockBytes());
        return new HighWater(
                identity,
                0,
                identity.position(0, 0),
                0,
                new Tail(start, 0, 0, ManifestWindow.EMPTY),
                new First(0, 0, 0, start));
    }

    HighWater with(long newEnd, int newSegmentBytes, Tail newTail) {
        return new HighWater(identity, counter, newEnd, newSegmentBytes, newTail, first);
    }

    HighWater with(First newFirst) {
        return new HighWater(identity, counter, end, segmentBytes, tail, newFirst);
    }

    HighWater next() {
        return new HighWater(identity, counter + 1, end, segmentBytes, tail, first);
    }

    ByteBuffer encode() {
        ManifestWindow manifests = tail.manifests();
        List<ManifestLine> lines = manifests.lineCount() <= LINES_MAX ? manifests.lines() : List.of();
        int bytes = LINES_AT + lines.size() * SegmentFormat.LINE_BYTES;
        ByteBuffer slot = ByteBuffer.allocate(bytes);
        slot.putInt(4, MAGIC).putInt(8, SegmentFormat.VERSION).putInt(12, bytes);
        slot.putLong(16, identity.logId()).putInt(24, identity.stream()).putInt(28, identity.blockBytes());
        slot.putLong(32, end)
                .putLong(40, tail.groups())
                .putInt(48, tail.chain())
                .putInt(52, segmentBytes);
        slot.putLong(56, first.groups).putLong(64, first.durableEnd);
        slot.putInt(72, first.chain).putInt(76, first.segment);
        slot.putLong(80, counter).putInt(88, lines.isEmpty() ? 0 : manifests.groups());
        slot.putInt(92, lines.size()).putLong(96, tail.end());
        GroupHeader.putLines(slot, LINES_AT, lines);
        return slot.putInt(0, checksum(slot, bytes));
    }

    /** The slot in the bytes, or null when they are damaged. */
    static @Nullable HighWater decode(ByteBuffer slot) {
        if (slot.capacity() < LINES_AT) return null;
        int bytes = slot.getInt(12);
        int lines = slot.getInt(92);
        if (lines < 0 || lines > LINES_MAX) return null;
        if (bytes < LINES_AT || bytes > slot.capacity() || slot.getInt(4) != MAGIC) return null;
        if (slot.getInt(0) != checksum(slot, bytes)) return null;
        StreamIdentity identity = new StreamIdentity(slot.getLong(16), slot.getInt(24), slot.getInt(28));
        ManifestWindow window = ManifestWindow.of(slot.getInt(88), GroupHeader.getLines(slot, LINES_AT, lines));
        First first = new First(slot.getInt(76), slot.getLong(56), slot.getInt(72), slot.getLong(64));
        Tail tail = new Tail(slot.getLong(96), slot.getLong(40), slot.getInt(48), window);
        return new HighWater(identity, slot.getLong(80), slot.getLong(32), slot.getInt(52), tail, first);
    }

    private static int checksum(ByteBuffer slot, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(slot.slice(4, bytes - 4));
        return (int) crc.getValue();
    }
}
