package org.escrowmq.persistence.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;

/** Lays a group out in a reused direct buffer, ready for one write. Owned by the appending thread. */
final class GroupEncoder {
    private static final int FIRST_CAPACITY = 256 << 10;

    private final StreamIdentity identity;
    private final LogSettings settings;
    private final Frames frames;
    private ByteBuffer buffer;
    private int headerBytes;
    private int bodyBytes;
    private int chainAfter;

    GroupEncoder(StreamIdentity identity, LogSettings settings) {
        this.identity = identity;
        this.settings = settings;
        this.frames = new Frames(identity);
        this.buffer = ByteBuffer.allocateDirect(FIRST_CAPACITY);
    }

    /** Measures a group. Returns its bytes in the segment. */
    int measure(List<ByteBuffer[]> records, List<ManifestLine> manifest, ManifestWindow before) {
        long body = 0;
        for (int i = 0; i < records.size(); i++) body += SegmentFormat.frameBytes(payloadBytes(records.get(i)));
        headerBytes = GroupHeader.headerBytes(manifest.size(), before.lineCount());
        long total = headerBytes + body;
        if (total > settings.groupBytesMax()) {
            throw new IllegalArgumentException(
                    "a group of " + total + " bytes is above groupBytesMax, which is " + settings.groupBytesMax());
        }
        bodyBytes = (int) body;
        return SegmentFormat.align((int) total, identity.blockBytes());
    }

    private int payloadBytes(ByteBuffer[] record) {
        long bytes = 0;
        for (ByteBuffer part : record) bytes += part.remaining();
        if (bytes > settings.recordBytesMax()) {
            throw new IllegalArgumentException(
                    "a record of " + bytes + " bytes is above recordBytesMax, which is " + settings.recordBytesMax());
        }
        return (int) bytes;
    }

    /** Encodes the group measured last at {@code position}, after {@code tail}. The buffer is ready to be written. */
    ByteBuffer encode(
            List<ByteBuffer[]> records,
            List<ManifestLine> manifest,
            Tail tail,
            long position,
            int flags,
            long[] positions) {
        int groupBytes = SegmentFormat.align(headerBytes + bodyBytes, identity.blockBytes());
        makeRoom(groupBytes);
        int at = headerBytes;
        int checksum = 0;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = position + at;
            int payload = copy(records.get(i), at + SegmentFormat.FRAME_BYTES);
            checksum = SegmentFormat.bodyChecksum(checksum, frames.seal(buffer, at, positions[i], payload, at));
            int end = at + SegmentFormat.FRAME_BYTES + payload;
            at += SegmentFormat.frameBytes(payload);
            zero(end, at);
        }
        zero(at, groupBytes);
        chainAfter = SegmentFormat.chain(tail.chain(), tail.groups(), checksum);
        GroupHeader header = new GroupHeader(
                position,
                headerBytes,
                bodyBytes,
                tail.groups(),
                tail.end(),
                tail.chain(),
                chainAfter,
                positions.length,
                checksum,
                tail.manifests().groups(),
                flags,
                manifest,
                tail.manifests().lines());
        header.encode(buffer, 0, identity, frames.crc());
        return buffer.position(0).limit(groupBytes);
    }

    /** The chain after the group encoded last. */
    int chainAfter() {
        return chainAfter;
    }

    private int copy(ByteBuffer[] record, int start) {
        int at = start;
        for (ByteBuffer part : record) {
            buffer.put(at, part, part.position(), part.remaining());
            at += part.remaining();
        }
        return at - start;
    }

    private void zero(int from, int to) {
        for (int i = from; i < to; i++) buffer.put(i, (byte) 0);
    }

    private void makeRoom(int bytes) {
        if (buffer.capacity() < bytes) {
            int wanted = Math.max(bytes, Math.min(2 * buffer.capacity(), settings.groupBytesMax()));
            buffer = ByteBuffer.allocateDirect(wanted);
        }
        buffer.clear();
    }
}
