package org.escrowmq.persistence.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of the tables: {@code live}, which is thrown away at every start, and {@code checkpoint-<n>}, frozen states of it.
 * Table files never change, so a checkpoint shares them by hard links and copies only the few small files that do.
 *
 * <p>Owner: the journal's writing thread takes a checkpoint; {@link Pending#finish} may run on any one other thread.
 */
public final class Checkpoints {
    /** How many checkpoints are kept. */
    public static final int KEPT = 2;

    private static final String PREFIX = "checkpoint-";
    private static final String UNFINISHED = ".tmp";

    private final Path folder;
    private volatile Map<String, CheckpointSeal.Sealed> measured = Map.of();
    private long next;

    /** Checkpoints below {@code folder}, which is created when absent. */
    public Checkpoints(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        List<Long> present = present();
        next = present.isEmpty() ? 1 : present.get(0) + 1;
    }

    /** The numbers of the checkpoints that are there, good or not, newest first. */
    public List<Long> present() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(p -> p.getFileName().toString())
                    .filter(name -> name.matches(PREFIX + "\\d{1,18}"))
                    .map(name -> Long.parseLong(name.substring(PREFIX.length())))
                    .sorted(Collections.reverseOrder())
                    .toList();
        }
    }

    /** The folder that is opened. */
    public Path live() {
        return folder.resolve("live");
    }

    /** The folder of a checkpoint. */
    public Path path(long number) {
        return folder.resolve(PREFIX + number);
    }

    /** Checks a checkpoint against its seal. @throws DamagedCheckpointException naming the file that is wrong */
    public void verify(long number) throws IOException {
        CheckpointSeal.read(path(number)).verify(path(number));
    }

    /** Makes {@link #live} anew from a verified checkpoint. */
    public void restore(long number) throws IOException {
        startEmpty();
        CheckpointSeal seal = CheckpointSeal.read(path(number));
        seal.verify(path(number));
        for (String name : seal.files().keySet()) duplicate(path(number).resolve(name), live().resolve(name));
        measured = seal.files();
    }

    /** Makes {@link #live} anew, empty; removes what an interrupted checkpoint has left. */
    public void startEmpty() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(Checkpoints::unfinished).toList()) Folders.remove(path);
        }
        Folders.remove(live());
        Files.createDirectories(live());
        measured = Map.of();
    }

    /** Removes a checkpoint that turned out to be damaged. */
    public void discard(long number) throws IOException {
        Folders.remove(path(number));
    }

    /** Freezes {@code tables} as they are now. Call from the thread that writes them. */
    public Pending take(Tables tables) throws IOException {
        long number = next++;
        Path unfinished = folder.resolve(PREFIX + number + UNFINISHED);
        Folders.remove(unfinished);
        Files.createDirectory(unfinished);
        tables.whileFilesStand(() -> copyTo(unfinished));
        return new Pending(number, unfinished);
    }

    private void copyTo(Path target) throws IOException {
        for (Path file : Folders.files(live())) {
            String name = file.getFileName().toString();
            if (name.equals("LOCK") || name.startsWith("LOG")) continue;
            duplicate(file, target.resolve(name));
        }
    }

    private static void duplicate(Path from, Path to) throws IOException {
        if (neverChanges(from.getFileName().toString())) {
            Folders.link(from, to);
        } else {
            Files.copy(from, to);
        }
    }

    private static boolean unfinished(Path path) {
        return path.getFileName().toString().endsWith(UNFINISHED);
    }

    static boolean neverChanges(String name) {
        return name.endsWith(".sst") || name.endsWith(".ldb");
    }

    /** A checkpoint whose files are in place but not yet durable. */
    public final class Pending {
        private final long number;
        private final Path unfinished;

        private Pending(long number, Path unfinished) {
            this.number = number;
            this.unfinished = unfinished;
        }

        /** Seals, syncs and names it, then drops the oldest ones. Durable at return. */
        public long finish() throws IOException {
            CheckpointSeal seal = CheckpointSeal.measure(unfinished, measured);
            seal.write(unfinished);
            for (Path file : Folders.files(unfinished)) Folders.sync(file);
            Folders.syncFolder(unfinished);
            Files.move(unfinished, path(number), StandardCopyOption.ATOMIC_MOVE);
            Folders.syncFolder(folder);
            measured = seal.files();
            for (long old : present().stream().skip(KEPT).toList()) discard(old);
            return number;
        }

        /** Gives it up. */
        public void abandon() throws IOException {
            Folders.remove(unfinished);
        }
    }
}
