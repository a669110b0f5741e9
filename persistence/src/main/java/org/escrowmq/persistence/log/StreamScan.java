package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the groups of a stream. It changes nothing.
 *
 * <p>A group is <em>proven</em> (it was acknowledged) when it lies below the high water, or when another good group header
 * or another segment follows. Records of a proven group are handed out one by one, and what is unreadable between them is
 * damage. A group that is not proven is taken only whole; otherwise it is a torn tail, and the stream ends before it.
 */
final class StreamScan {
    private final SegmentSource source;
    private final HighWater highWater;
    private final StreamIdentity identity;
    private final Frames frames;
    private final Harvest harvest;
    private final RecordVisitor visitor;
    private final LossListener losses;
    private final long from;
    private final long limit;
    private int[] frameOffsets = new int[64];
    private @Nullable Tail tail;
    private boolean torn;

    /**
     * @param tail where the stream ends
     * @param endUnknown something may be missing behind the end, so nothing may be written into the last segment
     */
    record Outcome(Tail tail, boolean endUnknown) {}

    /** Hands out what starts at or behind {@code from} (negative: everything) and before {@code limit}. */
    StreamScan(
            SegmentSource source,
            HighWater highWater,
            long from,
            long limit,
            RecordVisitor visitor,
            LossListener losses) {
        this.source = source;
        this.highWater = highWater;
        this.identity = highWater.identity();
        this.frames = new Frames(identity);
        this.visitor = visitor;
        this.losses = losses;
        this.from = Math.max(0, from);
        this.limit = limit;
        this.harvest = new Harvest(source, frames, visitor, this.from);
    }

    Outcome run() throws IOException {
        LogPosition start = start();
        for (SegmentFacts facts :
                source.segments().tailMap(start.segment(), true).values()) {
            int offset = facts.number() == start.segment() ? start.offset() : identity.blockBytes();
            try (SegmentView view = source.open(facts)) {
                walk(view, offset);
            }
            if (torn) break;
        }
        return finish();
    }

    /** The group to start with, so that the chain is known at {@link #from}; sets the tail when it is known before. */
    private LogPosition start() throws IOException {
        HighWater.First first = highWater.first();
        int segment = new LogPosition(from).segment();
        SegmentFacts facts = source.segments().get(segment);
        if (facts != null && from > identity.position(first.segment(), identity.blockBytes())) {
            try (SegmentView view = source.open(facts)) {
                int group = groupOf(view, new LogPosition(from).offset());
                if (group >= 0) return LogPosition.of(identity.stream(), segment, group);
            }
        }
        for (Map.Entry<Integer, SegmentFacts> entry :
                source.segments().headMap(segment, true).descendingMap().entrySet()) {
            if (entry.getKey() <= first.segment()) break;
            try (SegmentView view = source.open(entry.getValue())) {
                if (nextHeader(view, identity.blockBytes()) != null) {
                    return LogPosition.of(identity.stream(), entry.getKey(), identity.blockBytes());
                }
            }
        }
        tail = new Tail(first.durableEnd(), first.groups(), first.chain(), ManifestWindow.EMPTY);
        return LogPosition.of(identity.stream(), first.segment(), identity.blockBytes());
    }

    /** Where the group starts that has a header or a record at {@code offset}; -1 when there is none. */
    private int groupOf(SegmentView view, int offset) throws IOException {
        if (GroupHeader.read(view, offset, identity, frames.crc()) != null) return offset;
        if (offset + SegmentFormat.FRAME_BYTES > view.bytes()) return -1;
        int at = view.load(offset, SegmentFormat.FRAME_BYTES);
        if (!frames.marked(view.buffer(), at, identity.position(view.number(), offset))) return -1;
        int group = offset - view.buffer().getInt(at + 12);
        boolean plausible = group >= identity.blockBytes() && group < offset && group % identity.blockBytes() == 0;
        return plausible && GroupHeader.read(view, group, identity, frames.crc()) != null ? group : -1;
    }

    private @Nullable GroupHeader nextHeader(SegmentView view, int offset) throws IOException {
        for (int at = offset; at + SegmentFormat.GROUP_HEADER_BYTES <= view.bytes(); at += identity.blockBytes()) {
            GroupHeader header = GroupHeader.read(view, at, identity, frames.crc());
            if (header != null) return header;
        }
        return null;
    }

    private void walk(SegmentView view, int start) throws IOException {
        int offset = start;
        while (offset < view.bytes() && identity.position(view.number(), offset) < limit) {
            GroupHeader header = nextHeader(view, offset);
            if (header == null || header.position() >= limit) return;
            arrive(header);
            int bytes = header.groupBytes(identity.blockBytes());
            if (!body(view, header, bytes)) {
                torn = true;
                return;
            }
            offset = header.offset() + bytes;
            Tail before = Objects.requireNonNull(tail);
            tail = new Tail(
                    identity.position(view.number(), offset),
                    header.number() + 1,
                    header.chainAfter(),
                    before.manifests().plus(bytes, header.own()));
        }
    }

    /** Compares the state before a group with what the group says it was written after. */
    private void arrive(GroupHeader header) throws IOException {
        Tail known = tail;
        ManifestWindow manifests = ManifestWindow.of(header.repeatedGroups(), header.repeated());
        if (known != null) {
            boolean follows = header.number() == known.groups()
                    && header.chainBefore() == known.chain()
                    && header.durableEnd() == known.end();
            if (follows) return;
            List<ManifestLine> suspects = suspects(header.number() - known.groups(), manifests);
            boolean accepted = header.flag(GroupHeader.LOSS_BEFORE_ACCEPTED);
            harvest.range(known.end(), Math.max(known.end(), header.position()), suspects, accepted);
            if (!accepted) losses.before(header);
        }
        tail = new Tail(header.position(), header.number(), header.chainBefore(), manifests);
    }

    private static List<ManifestLine> suspects(long missing, ManifestWindow manifests) {
        return missing >= 1 && missing <= manifests.groups() ? manifests.lines() : List.of();
    }

    /** Checks and hands out the records of a group. False: they are a torn tail. */
    private boolean body(SegmentView view, GroupHeader header, int bytes) throws IOException {
        int group = header.offset();
        int end = header.headerBytes() + header.bodyBytes();
        int at = view.load(group, end);
        int count = goodFrames(view.buffer(), at, header);
        if (count < 0) {
            if (!proven(view, header, group + bytes)) return false;
            boolean accepted = header.flag(GroupHeader.LOSS_INSIDE_ACCEPTED);
            if (!accepted) losses.inside(header);
            long first = header.position() + header.headerBytes();
            harvest.range(first, first + header.bodyBytes(), header.own(), accepted);
            return true;
        }
        for (int i = 0; i < count; i++) {
            long position = header.position() + frameOffsets[i];
            int frame = at + frameOffsets[i];
            if (position >= from && position < limit) {
                visitor.record(
                        position,
                        Harvest.payload(view.buffer(), frame, view.buffer().getInt(frame + 8)));
            }
        }
        return true;
    }

    /** The number of records when all are good, and all that were written are there; else -1. */
    private int goodFrames(ByteBuffer in, int at, GroupHeader header) {
        int end = header.headerBytes() + header.bodyBytes();
        int checksum = 0;
        int count = 0;
        for (int offset = header.headerBytes(); offset < end; ) {
            int payload = frames.payloadBytes(in, at + offset, at + end, header.position() + offset);
            if (payload == Frames.BAD) return -1;
            checksum = SegmentFormat.bodyChecksum(checksum, in.getInt(at + offset));
            if (count == frameOffsets.length) frameOffsets = Arrays.copyOf(frameOffsets, 2 * count);
            frameOffsets[count++] = offset;
            offset += SegmentFormat.frameBytes(payload);
        }
        return count == header.records() && checksum == header.bodyChecksum() ? count : -1;
    }

    private boolean proven(SegmentView view, GroupHeader header, int end) throws IOException {
        if (highWater.tail().groups() > header.number() || source.segments().higherKey(view.number()) != null)
            return true;
        if (highWater.end() >= identity.position(view.number(), end)) return true;
        return nextHeader(view, header.offset() + identity.blockBytes()) != null;
    }

    /** Compares the end that was reached with the high water. */
    private Outcome finish() throws IOException {
        Tail reached = Objects.requireNonNull(tail);
        Tail durable = highWater.tail();
        long missing = durable.groups() - reached.groups();
        boolean other = missing == 0 && (durable.chain() != reached.chain() || durable.end() != reached.end());
        if (missing > 0 || other) {
            long end = Math.max(reached.end(), durable.end());
            harvest.range(reached.end(), end, suspects(missing, durable.manifests()), false);
            losses.atEnd();
            reached = new Tail(end, durable.groups(), durable.chain(), durable.manifests());
        }
        return lastSegmentIsWhole(reached) ? new Outcome(reached, false) : unknownEnd(reached);
    }

    private boolean lastSegmentIsWhole(Tail reached) throws IOException {
        LogPosition durable = new LogPosition(highWater.end());
        if (durable.offset() == 0 && source.segments().isEmpty()) return true;
        Map.Entry<Integer, SegmentFacts> last = source.segments().lastEntry();
        if (last == null || last.getKey() < durable.segment()) return false;
        SegmentFacts facts = last.getValue();
        if (!facts.truncated()) return true;
        LogPosition end = new LogPosition(reached.end());
        int offset = end.segment() == facts.number() ? end.offset() : identity.blockBytes();
        // A zero block that is still there was never written, so nothing behind it was.
        if (offset + identity.blockBytes() > facts.fileBytes()) return offset == facts.bytes();
        try (SegmentView view = source.open(facts)) {
            int at = view.load(offset, identity.blockBytes());
            ByteBuffer zeros = ByteBuffer.allocate(identity.blockBytes());
            return view.buffer().slice(at, identity.blockBytes()).equals(zeros);
        }
    }

    private Outcome unknownEnd(Tail reached) throws IOException {
        Map.Entry<Integer, SegmentFacts> last = source.segments().lastEntry();
        int segment = Math.max(last == null ? 0 : last.getKey(), new LogPosition(highWater.end()).segment());
        int bytes = last != null && last.getKey() == segment ? last.getValue().bytes() : highWater.segmentBytes();
        long end = Math.max(reached.end(), identity.position(segment, bytes));
        harvest.range(reached.end(), end, List.of(), false);
        losses.atEnd();
        return new Outcome(new Tail(end, reached.groups(), reached.chain(), reached.manifests()), true);
    }
}
