package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;

/**
 * Hands out the good records of a range in which groups are unreadable, and reports what lies between them. Every record
 * carries a mark of its position, so it is found without its group's header. Padding behind a record counts as damaged,
 * for nothing tells it from a small record that was zeroed.
 */
final class Harvest {
    private final SegmentSource source;
    private final Frames frames;
    private final RecordVisitor visitor;
    private final long from;

    /** Nothing before {@code from} is handed out or reported. */
    Harvest(SegmentSource source, Frames frames, RecordVisitor visitor, long from) {
        this.source = source;
        this.frames = frames;
        this.visitor = visitor;
        this.from = from;
    }

    /** Visits the range; it may span segments. {@code accepted}: an operator knows of the loss. */
    void range(long start, long end, List<ManifestLine> suspects, boolean accepted) throws IOException {
        int first = new LogPosition(start).segment();
        int last = new LogPosition(end).segment();
        long cursor = start;
        for (SegmentFacts facts :
                source.segments().subMap(first, true, last, true).values()) {
            int begin = facts.number() == first
                    ? new LogPosition(start).offset()
                    : source.identity().blockBytes();
            int stop = facts.number() == last ? Math.min(new LogPosition(end).offset(), facts.bytes()) : facts.bytes();
            try (SegmentView view = source.open(facts)) {
                cursor = segment(view, begin, stop, cursor, suspects, accepted);
            }
        }
        if (cursor < end || start == end) report(cursor, end, suspects, accepted);
    }

    private long segment(
            SegmentView view, int begin, int stop, long reported, List<ManifestLine> suspects, boolean accepted)
            throws IOException {
        long cursor = reported;
        int offset = begin;
        while (offset + SegmentFormat.FRAME_BYTES <= stop) {
            long position = source.identity().position(view.number(), offset);
            int at = view.load(offset, SegmentFormat.FRAME_BYTES);
            int payload = Frames.BAD;
            if (frames.marked(view.buffer(), at, position)) {
                int claimed = view.buffer().getInt(at + 8);
                if (claimed >= 0 && claimed <= stop - offset - SegmentFormat.FRAME_BYTES) {
                    int bytes = SegmentFormat.FRAME_BYTES + claimed;
                    at = view.load(offset, bytes);
                    payload = frames.payloadBytes(view.buffer(), at, at + bytes, position);
                }
            }
            if (payload == Frames.BAD) {
                offset += SegmentFormat.FRAME_ALIGNMENT;
                continue;
            }
            if (cursor < position) report(cursor, position, suspects, accepted);
            if (position >= from) {
                visitor.record(position, payload(view.buffer(), at, payload));
            }
            offset += SegmentFormat.frameBytes(payload);
            cursor = source.identity().position(view.number(), offset);
        }
        return cursor;
    }

    static ByteBuffer payload(ByteBuffer in, int frameAt, int bytes) {
        return in.slice(frameAt + SegmentFormat.FRAME_BYTES, bytes);
    }

    private void report(long start, long end, List<ManifestLine> suspects, boolean accepted) throws IOException {
        if (end < from) return;
        if (accepted) visitor.acceptedLoss(start, end, suspects);
        else visitor.damage(start, end, suspects);
    }
}
