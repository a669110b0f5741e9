package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;

/** Reads every byte of stopped logs and changes nothing. */
public final class LogCheck {
    private LogCheck() {}

    /** A range that cannot be read: {@code file} holds its start; no suspects means that it may be anybody's. */
    public record Damage(String file, LogPosition from, LogPosition to, List<ManifestLine> suspects) {}

    /**
     * What one stream holds.
     *
     * @param end just behind its last group
     * @param damages what would be reported by an opening
     * @param accepted what was lost before and accepted
     * @param notes files that are wrong in a way that loses nothing, or that explain a damage
     */
    public record StreamReport(
            String folder,
            int stream,
            int segments,
            long records,
            LogPosition first,
            LogPosition end,
            List<Damage> damages,
            List<Damage> accepted,
            List<String> notes) {
        /** Nothing is missing. */
        public boolean sound() {
            return damages.isEmpty();
        }
    }

    /** The folders below {@code root} (or {@code root} itself) that hold a stream, in the order of their names. */
    public static List<Path> streams(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root, 2)) {
            for (Path folder : paths.filter(Files::isDirectory).sorted().toList()) {
                if (!folder.getFileName().toString().startsWith(LogSalvage.FOLDER) && holdsStream(folder)) {
                    found.add(folder);
                }
            }
        }
        return found;
    }

    private static boolean holdsStream(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.equals(HighWaterFile.NAME) || SegmentFormat.segmentOf(name) >= 0);
        }
    }

    /** Checks the stream in {@code files}; its records and damages also go to {@code visitor}. */
    public static StreamReport stream(LogFiles files, RecordVisitor visitor) throws IOException {
        return stream(files, visitor, LossListener.NONE);
    }

    static StreamReport stream(LogFiles files, RecordVisitor visitor, LossListener losses) throws IOException {
        List<String> notes = new ArrayList<>();
        HighWater highWater = HighWaterGuess.readOrGuess(files, notes);
        StreamFolder folder = StreamFolder.read(files, highWater.identity(), highWater.segmentBytes());
        folder.usable().headMap(highWater.first().segment(), false).clear();
        for (int segment : folder.foreign()) {
            notes.add(files.describe(SegmentFormat.fileName(segment)) + " belongs to another place or stream");
        }
        for (SegmentFacts facts : folder.usable().values()) {
            String name = files.describe(facts.fileName());
            if (facts.headerDamaged()) notes.add(name + " has a damaged header");
            if (facts.truncated()) notes.add(name + " is truncated to " + facts.fileBytes() + " bytes");
        }
        Collector collector = new Collector(files, visitor);
        SegmentSource source = new SegmentSource(files, highWater.identity(), folder.usable());
        Tail tail = new StreamScan(source, highWater, -1, Long.MAX_VALUE, collector, losses)
                .run()
                .tail();
        int first = highWater.first().segment();
        return new StreamReport(
                files.describe(""),
                highWater.identity().stream(),
                folder.usable().size(),
                collector.records,
                LogPosition.of(
                        highWater.identity().stream(),
                        first,
                        highWater.identity().blockBytes()),
                new LogPosition(tail.end()),
                collector.damages,
                collector.accepted,
                notes);
    }

    private static final class Collector implements RecordVisitor {
        private final LogFiles files;
        private final RecordVisitor next;
        private final List<Damage> damages = new ArrayList<>();
        private final List<Damage> accepted = new ArrayList<>();
        private long records;

        Collector(LogFiles files, RecordVisitor next) {
            this.files = files;
            this.next = next;
        }

        @Override
        public void record(long position, ByteBuffer payload) throws IOException {
            records++;
            next.record(position, payload);
        }

        @Override
        public void damage(long from, long to, List<ManifestLine> suspects) throws IOException {
            damages.add(of(from, to, suspects));
            next.damage(from, to, suspects);
        }

        @Override
        public void acceptedLoss(long from, long to, List<ManifestLine> suspects) throws IOException {
            accepted.add(of(from, to, suspects));
            next.acceptedLoss(from, to, suspects);
        }

        private Damage of(long from, long to, List<ManifestLine> suspects) {
            LogPosition start = new LogPosition(from);
            String file = files.describe(SegmentFormat.fileName(start.segment()));
            return new Damage(file, start, new LogPosition(to), suspects);
        }
    }
}
