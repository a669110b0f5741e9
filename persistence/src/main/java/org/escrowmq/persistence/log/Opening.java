package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the state of a stream's folder, and mends what can be mended without loss: a torn tail is zeroed, so that its bytes
 * never look valid later, a damaged segment header is written again, zeros that a truncation took are put back.
 */
final class Opening {
    private final LogFiles files;
    private final HighWaterFile highWaterFile;
    private final HighWater highWater;
    private final StreamFolder folder;
    private final List<String> repairs = new ArrayList<>();

    /**
     * Where to go on.
     *
     * @param current the segment to append to, or null to begin with a new one
     * @param nextSegment the number of the next new segment
     */
    record Place(Tail tail, @Nullable SegmentFacts current, int offset, int nextSegment) {}

    private Opening(LogFiles files, HighWaterFile highWaterFile, StreamFolder folder) {
        this.files = files;
        this.highWaterFile = highWaterFile;
        this.highWater = highWaterFile.written();
        this.folder = folder;
    }

    /** Opens or creates the high-water file. {@code identity} is for a stream that does not exist yet. */
    static Opening of(LogFiles files, StreamIdentity identity) throws IOException {
        List<String> names = files.list();
        boolean segments = names.stream().anyMatch(name -> SegmentFormat.segmentOf(name) >= 0);
        boolean known = names.contains(HighWaterFile.NAME);
        HighWaterFile file = known ? HighWaterFile.open(files) : null;
        if (file == null) {
            if (segments || known) throw noHighWater(files, known);
            file = HighWaterFile.create(files, HighWater.fresh(identity));
        }
        HighWater content = file.written();
        if (content.identity().stream() != identity.stream()) {
            file.close();
            throw new IOException(files.describe(HighWaterFile.NAME) + " belongs to stream "
                    + content.identity().stream() + ", not to stream " + identity.stream());
        }
        return new Opening(files, file, StreamFolder.read(files, content.identity(), content.segmentBytes()));
    }

    private static IOException noHighWater(LogFiles files, boolean known) {
        return new IOException(files.describe(HighWaterFile.NAME)
                + (known ? " is damaged in both slots" : " is missing although there are segments")
                + ": without it the end of what was acknowledged is not known. Put the file back from a backup, or accept"
                + " the possible loss of the newest records with: escrow journal salvage --accept-loss");
    }

    HighWaterFile highWaterFile() {
        return highWaterFile;
    }

    /** The segments that exist; those that a drop left behind are gone after {@link #finishDrop}. */
    NavigableMap<Integer, SegmentFacts> segments() {
        return folder.usable();
    }

    /** What was mended, a sentence each, for the log of the server. */
    List<String> repairs() {
        return repairs;
    }

    /** Removes segments that an interrupted drop left behind. */
    void finishDrop() throws IOException {
        NavigableMap<Integer, SegmentFacts> dropped =
                folder.usable().headMap(highWater.first().segment(), false);
        for (SegmentFacts facts : dropped.values()) files.delete(facts.fileName());
        if (!dropped.isEmpty()) files.syncFolder();
        dropped.clear();
    }

    /** Reports what is wrong with segments before {@code from}, which nobody reads now. */
    void reportOldSegments(long from, RecordVisitor visitor) throws IOException {
        long end = Math.min(Math.max(0, from), highWater.end());
        new SegmentSource(files, highWater.identity(), folder.usable())
                .reportMissing(highWater.first().segment(), new LogPosition(end).segment(), visitor);
    }

    StreamScan.Outcome scan(long from, RecordVisitor visitor, LossListener losses) throws IOException {
        SegmentSource source = new SegmentSource(files, highWater.identity(), folder.usable());
        return new StreamScan(source, highWater, from, Long.MAX_VALUE, visitor, losses).run();
    }

    /** Mends the last segment and says where to go on. */
    Place place(StreamScan.Outcome outcome) throws IOException {
        int next = 1 + Math.max(folder.highest(), highestNamed(outcome.tail()));
        Map.Entry<Integer, SegmentFacts> last = folder.usable().lastEntry();
        LogPosition end = new LogPosition(outcome.tail().end());
        if (last == null || outcome.endUnknown() || end.segment() > last.getKey()) {
            return new Place(outcome.tail(), null, 0, next);
        }
        SegmentFacts facts = last.getValue();
        boolean inside = end.segment() == facts.number();
        int offset = inside ? end.offset() : highWater.identity().blockBytes();
        SegmentFacts mended = mend(facts, offset);
        folder.usable().put(facts.number(), mended);
        return new Place(outcome.tail(), mended, offset, next);
    }

    private int highestNamed(Tail tail) {
        LogPosition end = new LogPosition(highWater.end());
        return end.offset() == 0 ? -1 : Math.max(end.segment(), new LogPosition(tail.end()).segment());
    }

    private SegmentFacts mend(SegmentFacts facts, int end) throws IOException {
        int torn;
        StreamIdentity identity = highWater.identity();
        SegmentSource source = new SegmentSource(files, identity, folder.usable());
        try (SegmentView view = source.open(facts)) {
            torn = end < facts.bytes() ? view.lastNonZero(end) : end;
        }
        String name = files.describe(facts.fileName());
        try (LogFile file = files.open(facts.fileName())) {
            if (torn > end) {
                repairs.add(name + ": cut a torn group, bytes " + end + " to " + torn);
                zero(file, end, torn);
            }
            if (facts.truncated()) {
                repairs.add(name + ": put back unused zeros from byte " + facts.fileBytes());
                zero(file, (int) facts.fileBytes(), facts.bytes());
            }
            if (facts.headerDamaged()) {
                repairs.add(name + ": wrote its damaged header again");
                file.write(
                        SegmentHeader.of(identity, facts.number(), facts.bytes())
                                .encode(),
                        0);
            }
            // Also without a change: what was read may be in the page cache only.
            file.sync();
        }
        files.syncFolder();
        return new SegmentFacts(facts.number(), facts.bytes(), facts.bytes(), false);
    }

    private static void zero(LogFile file, int from, int to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(64 << 10);
        for (int at = from; at < to; at += zeros.capacity()) {
            file.write(zeros.clear().limit(Math.min(zeros.capacity(), to - at)), at);
        }
    }
}
