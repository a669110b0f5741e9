package org.escrowmq.persistence.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.escrowmq.persistence.StoreRefusedException;
import org.escrowmq.persistence.StoreRefusedException.Reason;
import org.escrowmq.persistence.tables.Folders;

/**
 * The folder of a store, held by one process. {@code lock} is locked while it is open; {@code format} says which release may
 * read it: one line, {@code escrow-store <number>}.
 */
final class StoreFolder implements Closeable {
    /** The format that this release writes, and the newest that it reads. */
    static final int FORMAT = 1;

    private static final String HEAD = "escrow-store ";

    private final Path root;
    private final FileChannel channel;

    private StoreFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /** Creates the folder if absent and takes it. */
    static StoreFolder open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(root, channel);
            format(root);
            return new StoreFolder(root, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Takes a folder that must hold a store. */
    static StoreFolder openExisting(Path root) throws IOException {
        if (!Files.exists(root.resolve("format"))) {
            throw new IOException("The folder " + root.toAbsolutePath() + " holds no store: it has no file `format`.");
        }
        return open(root);
    }

    private static void lock(Path root, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException here) {
            lock = null;
        }
        if (lock == null) {
            throw new StoreRefusedException(
                    Reason.LOCKED,
                    "The data folder " + root.toAbsolutePath()
                            + " is in use by another Escrow. Stop that one, or give this one a folder of its own.");
        }
    }

    private static void format(Path root) throws IOException {
        Path file = root.resolve("format");
        if (Files.exists(file)) {
            check(root, Files.readString(file, StandardCharsets.ISO_8859_1));
            return;
        }
        if (Files.exists(root.resolve("log")) || Files.exists(root.resolve("tables"))) {
            throw new StoreRefusedException(
                    Reason.DAMAGED,
                    "The data folder " + root.toAbsolutePath()
                            + " holds a store without its file `format`. Restore that file (its one line is `" + HEAD
                            + FORMAT
                            + "`), or take a backup.");
        }
        Path unfinished = root.resolve("format.tmp");
        Files.writeString(unfinished, HEAD + FORMAT + "\n", StandardCharsets.US_ASCII);
        Folders.sync(unfinished);
        Files.move(unfinished, file);
        Folders.syncFolder(root);
    }

    private static void check(Path root, String text) throws IOException {
        String line = text.strip();
        if (!line.matches(HEAD + "\\d{1,9}")) {
            throw new StoreRefusedException(
                    Reason.DAMAGED,
                    "The file " + root.resolve("format").toAbsolutePath() + " is damaged: its one line should be `"
                            + HEAD + FORMAT + "`.");
        }
        int format = Integer.parseInt(line.substring(HEAD.length()));
        if (format > FORMAT) {
            throw new StoreRefusedException(
                    Reason.NEWER_FORMAT,
                    "The data folder " + root.toAbsolutePath() + " has format " + format
                            + ", written by a newer Escrow. This one reads formats up to " + FORMAT
                            + ": use the newer release.");
        }
    }

    Path root() {
        return root;
    }

    /** The folder of a stream of segments. */
    Path stream(int number) {
        return root.resolve("log").resolve(number == Streams.HOT ? "hot" : "class-" + (number - 1));
    }

    Path tables() {
        return root.resolve("tables");
    }

    Path image() {
        return tables().resolve("image");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
