package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Positional, checked reads of single records. Thread-safe. */
final class RecordReader {
    /** Most records are read with one call. */
    private static final int FIRST_BYTES = 16 << 10;

    private final LogFiles files;
    private final ReadFiles readFiles;
    private final ThreadLocal<Scratch> scratches;

    private record Scratch(ByteBuffer buffer, Frames frames) {}

    RecordReader(LogFiles files, ReadFiles readFiles, StreamIdentity identity) {
        this.files = files;
        this.readFiles = readFiles;
        this.scratches = ThreadLocal.withInitial(
                () -> new Scratch(ByteBuffer.allocateDirect(FIRST_BYTES), new Frames(identity)));
    }

    /** The payload, in a buffer of its own. */
    ByteBuffer read(LogPosition at) throws IOException {
        Scratch scratch = scratches.get();
        ByteBuffer first = scratch.buffer.clear();
        int got = readFiles.read(at.segment(), first, at.offset());
        first.clear();
        if (got < SegmentFormat.FRAME_BYTES || !scratch.frames.marked(first, 0, at.packed())) {
            throw corrupt(at, "no record starts here");
        }
        int bytes = first.getInt(8);
        if (bytes < 0 || bytes > LogSettings.RECORD_BYTES_LIMIT) {
            throw corrupt(at, "the length of the record is damaged");
        }
        int frame = SegmentFormat.FRAME_BYTES + bytes;
        return frame <= got ? small(scratch, at, bytes) : large(scratch, at, frame);
    }

    private ByteBuffer small(Scratch scratch, LogPosition at, int bytes) throws IOException {
        int limit = SegmentFormat.FRAME_BYTES + bytes;
        if (scratch.frames.payloadBytes(scratch.buffer, 0, limit, at.packed()) == Frames.BAD) {
            throw corrupt(at, "the checksum of the record is wrong");
        }
        ByteBuffer payload = ByteBuffer.allocate(bytes);
        payload.put(0, scratch.buffer, SegmentFormat.FRAME_BYTES, bytes);
        return payload;
    }

    private ByteBuffer large(Scratch scratch, LogPosition at, int frame) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(frame);
        int got = readFiles.read(at.segment(), whole, at.offset());
        whole.clear();
        if (got < frame || scratch.frames.payloadBytes(whole, 0, frame, at.packed()) == Frames.BAD) {
            throw corrupt(at, "the checksum of the record is wrong");
        }
        return whole.position(SegmentFormat.FRAME_BYTES).slice();
    }

    private CorruptRecordException corrupt(LogPosition at, String what) {
        String file = files.describe(SegmentFormat.fileName(at.segment()));
        return new CorruptRecordException(file + ", byte " + at.offset() + ": " + what);
    }
}
