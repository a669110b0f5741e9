package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.log.FolderFiles;
import org.escrowmq.persistence.log.LogCheck;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.tables.Checkpoints;
import org.escrowmq.persistence.tables.DamagedCheckpointException;
import org.escrowmq.persistence.tables.TableImage;

/**
 * Reads every byte of a stopped store and changes nothing: {@code escrow journal check}. Names the file, the offset and the
 * persistence ids of each damage.
 */
public final class JournalCheck {
    /**
     * One damage.
     *
     * @param from the first byte in {@code file} that is concerned, {@code to} the first one behind it (or -1: the whole file)
     * @param suspects the ids that may have lost something; empty when that is not known, and then it may be any
     * @param loss false when other files replace what is damaged
     */
    public record Damage(String file, long from, long to, List<PersistenceId> suspects, boolean loss, String detail) {}

    /** What was found. {@code accepted} are losses that were salvaged before. */
    public record Report(long records, long entries, List<Damage> damages, List<Damage> accepted, List<String> notes) {
        /** Whether nothing acknowledged is missing. */
        public boolean sound() {
            return damages.stream().noneMatch(Damage::loss);
        }
    }

    private final Path root;
    private final Map<Long, PersistenceId> names = new HashMap<>();
    private final List<Damage> damages = new ArrayList<>();
    private final List<Damage> accepted = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long records;
    private long entries;

    private JournalCheck(Path root) {
        this.root = root;
    }

    /** Checks the store in {@code root}. @throws IOException when a server has it open, or it cannot be read at all */
    public static Report run(Path root) throws IOException {
        if (!Files.isDirectory(root)) throw new IOException("There is no data folder " + root.toAbsolutePath());
        try (StoreFolder folder = StoreFolder.openExisting(root)) {
            return new JournalCheck(folder.root()).check(folder);
        }
    }

    private Report check(StoreFolder folder) throws IOException {
        List<LogCheck.StreamReport> streams = new ArrayList<>();
        if (Files.isDirectory(root.resolve("log"))) {
            for (Path stream : LogCheck.streams(root.resolve("log"))) {
                streams.add(LogCheck.stream(FolderFiles.in(stream, System::nanoTime), new Names()));
            }
        }
        for (LogCheck.StreamReport stream : streams) {
            records += stream.records();
            notes.addAll(stream.notes());
            for (LogCheck.Damage damage : stream.damages()) damages.add(named(damage));
            for (LogCheck.Damage damage : stream.accepted()) accepted.add(named(damage));
        }
        checkTables(folder);
        return new Report(records, entries, damages, accepted, notes);
    }

    private Damage named(LogCheck.Damage damage) {
        TreeSet<String> suspects = new TreeSet<>();
        boolean everybodyKnown = true;
        for (SegmentLog.ManifestLine line : damage.suspects()) {
            PersistenceId id = names.get(line.writer());
            if (id == null) {
                everybodyKnown = false;
            } else {
                suspects.add(id.value());
            }
        }
        List<PersistenceId> ids = suspects.stream().map(PersistenceId::new).toList();
        String detail = ids.isEmpty()
                ? "nobody can be named"
                : everybodyKnown ? "written by these" : "written by these and by others that are not known any more";
        return new Damage(damage.file(), damage.from().offset(), damage.to().offset(), ids, true, detail);
    }

    private void checkTables(StoreFolder folder) throws IOException {
        if (!Files.isDirectory(folder.tables())) return;
        Checkpoints checkpoints = new Checkpoints(folder.tables());
        for (long number : checkpoints.present()) {
            try {
                checkpoints.verify(number);
            } catch (DamagedCheckpointException e) {
                damages.add(new Damage(
                        checkpoints.path(number).toString(), 0, -1, List.of(), false, String.valueOf(e.getMessage())));
            }
        }
        if (!Files.exists(folder.image())) return;
        try {
            TableImage.read(folder.image(), (address, value) -> true);
        } catch (DamagedCheckpointException e) {
            damages.add(new Damage(folder.image().toString(), 0, -1, List.of(), false, String.valueOf(e.getMessage())));
        }
    }

    /** Learns who is behind a writer's number, and counts. */
    private final class Names implements SegmentLog.RecordVisitor {
        @Override
        public void record(long position, ByteBuffer payload) throws IOException {
            RecordHeader header = RecordHeader.read(payload);
            names.put(header.writer(), header.id());
            if (header.kind() == RecordKind.ENTRIES && header.part() == 0) entries++;
        }

        @Override
        public void damage(long from, long to, List<SegmentLog.ManifestLine> suspects) {}
    }
}
