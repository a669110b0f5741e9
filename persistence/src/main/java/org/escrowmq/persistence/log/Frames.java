package org.escrowmq.persistence.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes and checks the frame of a record. Not thread-safe.
 *
 * <pre>
 *  0  u32 CRC32C of the rest of the frame and the payload
 *  4  u32 mark of this position
 *  8  u32 bytes of the payload
 * 12  u32 bytes from the start of the group to here
 * 16  payload, then zeros up to a multiple of 8
 * </pre>
 */
final class Frames {
    /** No good frame is here. */
    static final int BAD = -1;

    private final StreamIdentity identity;
    private final CRC32C crc = new CRC32C();

    Frames(StreamIdentity identity) {
        this.identity = identity;
    }

    CRC32C crc() {
        return crc;
    }

    /** Puts the frame around a payload that stands at {@code at + 16} already. Returns its checksum. */
    int seal(ByteBuffer out, int at, long position, int payloadBytes, int back) {
        out.putInt(at + 4, identity.recordMark(position))
                .putInt(at + 8, payloadBytes)
                .putInt(at + 12, back);
        int checksum = checksum(out, at, payloadBytes);
        out.putInt(at, checksum);
        return checksum;
    }

    /** The payload's size when a good frame for {@code position} stands at {@code at} and ends before {@code limit}. */
    int payloadBytes(ByteBuffer in, int at, int limit, long position) {
        if (at + SegmentFormat.FRAME_BYTES > limit || !marked(in, at, position)) return BAD;
        int bytes = in.getInt(at + 8);
        if (bytes < 0 || bytes > limit - at - SegmentFormat.FRAME_BYTES) return BAD;
        return in.getInt(at) == checksum(in, at, bytes) ? bytes : BAD;
    }

    boolean marked(ByteBuffer in, int at, long position) {
        return in.getInt(at + 4) == identity.recordMark(position);
    }

    private int checksum(ByteBuffer in, int at, int payloadBytes) {
        crc.reset();
        in.limit(at + SegmentFormat.FRAME_BYTES + payloadBytes).position(at + 4);
        crc.update(in);
        in.clear();
        return (int) crc.getValue();
    }
}
