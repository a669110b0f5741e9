package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;

/**
 * Makes a stopped, damaged log open again without a complaint: the operator accepts that what cannot be read is lost.
 *
 * <p>Every good record stays at its position. The group behind a loss (or around it) is marked, so that scans call the
 * place an accepted loss from then on. Whatever file is changed or replaced is kept as it was in the folder
 * {@code damaged-<time>}; nothing is deleted. An interrupted run is run again.
 */
public final class LogSalvage {
    static final String FOLDER = "damaged-";
    private static final String UNFINISHED = "salvaging";
    private static final int COPY_BYTES = 1 << 20;

    private final LogFiles files;
    private final String aside;
    private final List<String> actions = new ArrayList<>();
    private final Map<Long, Mark> marks = new TreeMap<>();
    private final Set<String> kept = new HashSet<>();
    private boolean lossAtEnd;

    private record Mark(GroupHeader header, int flags) {}

    /** What was found, and what was done about it, a sentence each. */
    public record Salvaged(LogCheck.StreamReport before, List<String> actions) {}

    private LogSalvage(LogFiles files, String time) {
        this.files = files;
        this.aside = FOLDER + time + "/";
    }

    /** Salvages the stream in {@code files}. {@code time} names the folder of what is set aside. */
    public static Salvaged run(LogFiles files, LogSettings settings, String time) throws IOException {
        LogSalvage salvage = new LogSalvage(files, time);
        LogCheck.StreamReport before = LogCheck.stream(files, new Nobody());
        HighWater highWater = salvage.proveEverything(salvage.mendHighWater());
        salvage.mendFiles(highWater);
        salvage.markLosses();
        salvage.markEnd(highWater.identity().stream(), settings);
        LogCheck.StreamReport after = LogCheck.stream(files, new Nobody());
        if (!after.sound()) throw new IOException("the log is still damaged after salvage: " + after.damages());
        return new Salvaged(before, List.copyOf(salvage.actions));
    }

    private HighWater mendHighWater() throws IOException {
        List<String> notes = new ArrayList<>();
        HighWater highWater = HighWaterGuess.readOrGuess(files, notes);
        boolean there = files.list().contains(HighWaterFile.NAME);
        if (there && HighWaterFile.goodSlots(files) > 0) return highWater;
        if (there) keep(HighWaterFile.NAME);
        HighWaterFile.create(files, highWater).close();
        actions.add(files.describe(HighWaterFile.NAME) + ": made again from the segments; " + notes.get(0));
        return highWater;
    }

    /**
     * When the last segment is cut short or missing, puts the high water at its end: what is left there of the newest
     * group counts as acknowledged then, instead of being cut as a torn tail once the file is whole again.
     */
    private HighWater proveEverything(HighWater highWater) throws IOException {
        StreamIdentity identity = highWater.identity();
        StreamFolder folder = StreamFolder.read(files, identity, highWater.segmentBytes());
        folder.usable().headMap(highWater.first().segment(), false).clear();
        SegmentSource source = new SegmentSource(files, identity, folder.usable());
        StreamScan.Outcome outcome =
                new StreamScan(source, highWater, -1, Long.MAX_VALUE, new Nobody(), LossListener.NONE).run();
        if (!outcome.endUnknown()) return highWater;
        keep(HighWaterFile.NAME);
        try (HighWaterFile file = Objects.requireNonNull(HighWaterFile.open(files))) {
            file.moveEnd(outcome.tail().end(), highWater.segmentBytes(), outcome.tail());
            actions.add(files.describe(HighWaterFile.NAME) + ": moved to the end of the last segment");
            return file.written();
        }
    }

    /** Puts whole files into the places of those that are missing, of another stream, cut short or without a header. */
    private void mendFiles(HighWater highWater) throws IOException {
        StreamIdentity identity = highWater.identity();
        StreamFolder folder = StreamFolder.read(files, identity, highWater.segmentBytes());
        int last = Math.max(folder.highest(), new LogPosition(highWater.end()).segment());
        for (int number = highWater.first().segment(); number <= last; number++) {
            String name = SegmentFormat.fileName(number);
            SegmentFacts facts = folder.usable().get(number);
            if (facts == null) {
                if (folder.foreign().contains(number)) keep(name);
                SegmentHeader header = SegmentHeader.of(identity, number, 2 * identity.blockBytes());
                try (LogFile empty = create(header)) {
                    empty.sync();
                }
                putInPlace(name);
                actions.add(files.describe(name) + ": put an empty segment in its place");
            } else if (facts.truncated() || facts.headerDamaged()) {
                keep(name);
                try (LogFile copy = create(SegmentHeader.of(identity, number, facts.bytes()))) {
                    copyBehindHeader(name, copy);
                    copy.sync();
                }
                putInPlace(name);
                actions.add(files.describe(name) + ": put back its header and its length");
            }
        }
    }

    private LogFile create(SegmentHeader header) throws IOException {
        LogFile file = files.create(UNFINISHED);
        ByteBuffer zeros = ByteBuffer.allocate(COPY_BYTES);
        for (int at = 0; at < header.bytes(); at += COPY_BYTES) {
            file.write(zeros.clear().limit(Math.min(COPY_BYTES, header.bytes() - at)), at);
        }
        file.write(header.encode(), 0);
        return file;
    }

    private void copyBehindHeader(String name, LogFile target) throws IOException {
        try (LogFile source = files.open(name)) {
            copy(source, target, SegmentFormat.SEGMENT_HEADER_BYTES);
        }
    }

    private static void copy(LogFile source, LogFile target, long from) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(COPY_BYTES);
        for (long at = from; source.read(piece.clear(), at) > 0; ) {
            int bytes = piece.flip().remaining();
            target.write(piece, at);
            at += bytes;
        }
    }

    /** Copies a file aside, durably, as it is. */
    private void keep(String name) throws IOException {
        if (!kept.add(name)) return;
        try (LogFile source = files.open(name);
                LogFile copy = files.create(UNFINISHED)) {
            copy(source, copy, 0);
            copy.sync();
        }
        files.rename(UNFINISHED, aside + name);
        files.syncFolder();
        actions.add(files.describe(name) + ": kept as it was in " + files.describe(aside + name));
    }

    private void putInPlace(String name) throws IOException {
        files.rename(UNFINISHED, name);
        files.syncFolder();
    }

    private void markLosses() throws IOException {
        LogCheck.stream(files, new Nobody(), new LossListener() {
            @Override
            public void before(GroupHeader next) {
                mark(next, GroupHeader.LOSS_BEFORE_ACCEPTED);
            }

            @Override
            public void inside(GroupHeader group) {
                mark(group, GroupHeader.LOSS_INSIDE_ACCEPTED);
            }

            @Override
            public void atEnd() {
                lossAtEnd = true;
            }
        });
        Map<Integer, List<Mark>> bySegment = new TreeMap<>();
        for (Mark mark : marks.values()) {
            int segment = new LogPosition(mark.header.position()).segment();
            bySegment.computeIfAbsent(segment, number -> new ArrayList<>()).add(mark);
        }
        for (Map.Entry<Integer, List<Mark>> entry : bySegment.entrySet()) {
            rewrite(SegmentFormat.fileName(entry.getKey()), entry.getValue());
        }
    }

    private void mark(GroupHeader header, int flag) {
        Mark known = marks.get(header.position());
        int flags = known == null ? header.flags() : known.flags;
        marks.put(header.position(), new Mark(header, flags | flag));
    }

    private void rewrite(String name, List<Mark> inSegment) throws IOException {
        keep(name);
        try (LogFile source = files.open(name);
                LogFile copy = files.create(UNFINISHED)) {
            copy(source, copy, 0);
            for (Mark mark : inSegment) {
                GroupHeader header = mark.header;
                ByteBuffer bytes = ByteBuffer.allocate(header.headerBytes());
                source.read(bytes, header.offset());
                bytes.clear();
                bytes.putInt(GroupHeader.FLAGS_AT, mark.flags);
                bytes.putInt(0, GroupHeader.checksum(bytes, 0, header.headerBytes(), new CRC32C()));
                copy.write(bytes.clear(), header.offset());
            }
            copy.sync();
        }
        putInPlace(name);
        actions.add(files.describe(name) + ": accepted the loss at " + inSegment.size() + " groups");
    }

    /** What is missing at the end has no group behind it, so an empty one is written. */
    private void markEnd(int stream, LogSettings settings) throws IOException {
        try (FileSegmentLog log = FileSegmentLog.open(files, stream, settings, -1, new Nobody(), Runnable::run, 0)) {
            if (!lossAtEnd) return;
            log.append(List.of(), List.of(), GroupHeader.LOSS_BEFORE_ACCEPTED);
            actions.add("accepted the loss at the end of the stream");
        }
    }

    /** The tools look at the reports, not at the records. */
    private static final class Nobody implements RecordVisitor {
        @Override
        public void record(long position, ByteBuffer payload) {}

        @Override
        public void damage(long from, long to, List<ManifestLine> suspects) {}
    }
}
