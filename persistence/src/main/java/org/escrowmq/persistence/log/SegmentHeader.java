package org.escrowmq.persistence.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment file; the rest of its block is zero.
 *
 * <pre>
 *  0  u32 magic "ESEG"     8  u64 log id        24  u32 bytes of the file
 *  4  u32 format version  16  u32 stream        28  u32 bytes of a block
 *                         20  u32 segment       32  u32 CRC32C of bytes 0 to 31
 * </pre>
 */
record SegmentHeader(int version, StreamIdentity identity, int segment, int bytes) {
    private static final int MAGIC = 0x45534547;

    static SegmentHeader of(StreamIdentity identity, int segment, int bytes) {
        return new SegmentHeader(SegmentFormat.VERSION, identity, segment, bytes);
    }

    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocate(SegmentFormat.SEGMENT_HEADER_BYTES);
        block.putInt(MAGIC).putInt(version).putLong(identity.logId()).putInt(identity.stream());
        block.putInt(segment).putInt(bytes).putInt(identity.blockBytes());
        block.putInt(checksum(block.array()));
        return block.flip();
    }

    /** The header in the bytes, or null when they are damaged. */
    static @Nullable SegmentHeader decode(byte[] block) {
        if (block.length < SegmentFormat.SEGMENT_HEADER_BYTES) return null;
        ByteBuffer in = ByteBuffer.wrap(block);
        if (in.getInt(32) != checksum(block) || in.getInt() != MAGIC) return null;
        int version = in.getInt();
        long logId = in.getLong();
        int stream = in.getInt();
        int segment = in.getInt();
        int bytes = in.getInt();
        return new SegmentHeader(version, new StreamIdentity(logId, stream, in.getInt()), segment, bytes);
    }

    private static int checksum(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block, 0, 32);
        return (int) crc.getValue();
    }
}
