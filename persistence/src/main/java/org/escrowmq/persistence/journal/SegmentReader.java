package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.log.SegmentLog;

/** Goes through the entries and snapshots of the first segments of a stream, with their bytes. */
final class SegmentReader {
    /** Receives each complete entry or snapshot. */
    interface Receiver {
        void found(Survivors.Found found) throws IOException;
    }

    private final SegmentLog log;

    SegmentReader(SegmentLog log) {
        this.log = log;
    }

    /**
     * Reads the segments before {@code endSegment}.
     *
     * @return the first segment that is damaged, or {@code endSegment}
     */
    int read(int endSegment, Receiver receiver) throws IOException {
        Walk walk = new Walk(endSegment, receiver);
        try {
            log.scan(-1, walk);
        } catch (EndOfWalk end) {
            return walk.damaged;
        }
        return walk.damaged;
    }

    /** The server's time in the first record from {@code segment} on; Long.MAX_VALUE when there is none. */
    long firstTimeMillis(int segment, int stream) throws IOException {
        long[] time = {Long.MAX_VALUE};
        try {
            log.scan(LogPosition.of(stream, segment, 0).packed(), new SegmentLog.RecordVisitor() {
                @Override
                public void record(long position, ByteBuffer payload) throws IOException {
                    RecordHeader header = RecordHeader.read(payload);
                    if (header.kind() == RecordKind.PLACE) return;
                    time[0] = header.timeMillis();
                    throw new EndOfWalk();
                }

                @Override
                public void damage(long from, long to, List<SegmentLog.ManifestLine> suspects) {}
            });
        } catch (EndOfWalk end) {
            return time[0];
        }
        return time[0];
    }

    /** Ends a scan early. */
    private static final class EndOfWalk extends IOException {
        private static final long serialVersionUID = 1;

        EndOfWalk() {
            super("enough was read");
        }
    }

    private static final class Walk implements SegmentLog.RecordVisitor {
        private final int endSegment;
        private final List<ByteBuffer> records = new ArrayList<>();
        private final CopyAssembler assembler;
        private int damaged;

        Walk(int endSegment, Receiver receiver) {
            this.endSegment = endSegment;
            damaged = endSegment;
            assembler = new CopyAssembler((header, positions) ->
                    receiver.found(new Survivors.Found(header, positions, List.copyOf(records))));
        }

        @Override
        public void record(long position, ByteBuffer payload) throws IOException {
            if (new LogPosition(position).segment() >= endSegment) throw new EndOfWalk();
            RecordHeader header = RecordHeader.read(payload.duplicate());
            if (header.part() == 0) records.clear();
            if (header.kind().hasContent()) {
                records.add(ByteBuffer.allocate(payload.remaining())
                        .put(payload.duplicate())
                        .flip());
            }
            assembler.record(position, payload);
        }

        @Override
        public void damage(long from, long to, List<SegmentLog.ManifestLine> suspects) throws IOException {
            damaged = Math.min(damaged, new LogPosition(from).segment());
            throw new EndOfWalk();
        }
    }
}
