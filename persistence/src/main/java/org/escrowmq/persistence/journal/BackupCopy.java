package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.escrowmq.persistence.tables.Folders;

/**
 * Copies a store, a running one too. Of a stream, the high water goes first and the segments from the last to the first: so
 * whatever is copied of a segment, everything before it is copied as well, and a group that was being written meanwhile is a torn
 * tail. The file {@code format} comes last, so half a copy is not taken for a store.
 */
public final class BackupCopy {
    /** The next segment while it is filled with zeros, and when it is: it holds nothing, and takes another name at any time. */
    private static final Set<String> NEXT_SEGMENT = Set.of("preparing", "prepared");

    private BackupCopy() {}

    /** Refuses a target that holds something. */
    static void requireEmpty(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) return;
        try (Stream<Path> content = Files.list(target)) {
            if (content.findAny().isPresent()) throw new DirectoryNotEmptyException(target.toString());
        }
    }

    /** Copies the log and one checkpoint of the store in {@code root}. Durable at return. */
    static void copy(Path root, Path checkpoint, Path target) throws IOException {
        requireEmpty(target);
        Files.createDirectories(target);
        copyFolder(checkpoint, target.resolve("tables").resolve(checkpoint.getFileName()));
        Path image = root.resolve("tables").resolve("image");
        if (Files.exists(image)) copyFile(image, target.resolve("tables").resolve("image"));
        Folders.syncFolder(target.resolve("tables"));
        copyLog(root.resolve("log"), target.resolve("log"));
        Folders.syncFolder(target);
        copyFile(root.resolve("format"), target.resolve("format"));
        Folders.syncFolder(target);
    }

    /** Puts a backup into an empty or absent folder, where a server can then start. */
    public static void restore(Path backup, Path target) throws IOException {
        if (!Files.isRegularFile(backup.resolve("format"))) {
            throw new IOException(backup.toAbsolutePath() + " is not a complete backup: it has no file `format`");
        }
        requireEmpty(target);
        Files.createDirectories(target);
        copyTree(backup.resolve("tables"), target.resolve("tables"));
        copyTree(backup.resolve("log"), target.resolve("log"));
        Folders.syncFolder(target);
        copyFile(backup.resolve("format"), target.resolve("format"));
        Folders.syncFolder(target);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path folder : folders(from)) copyFolder(folder, to.resolve(folder.getFileName()));
        for (Path file : Folders.files(from)) copyFile(file, to.resolve(file.getFileName()));
        Folders.syncFolder(to);
    }

    private static void copyLog(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path stream : folders(from)) copyFolder(stream, to.resolve(stream.getFileName()));
        Folders.syncFolder(to);
    }

    private static List<Path> folders(Path of) throws IOException {
        try (Stream<Path> paths = Files.list(of)) {
            return paths.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files = new ArrayList<>(Folders.files(from));
        files.removeIf(file -> NEXT_SEGMENT.contains(file.getFileName().toString()));
        List<Path> segments =
                new ArrayList<>(files.stream().filter(BackupCopy::segment).toList());
        files.removeAll(segments);
        Collections.reverse(segments);
        files.addAll(segments);
        for (Path file : files) copyFile(file, to.resolve(file.getFileName()));
        Folders.syncFolder(to);
    }

    private static boolean segment(Path file) {
        return file.getFileName().toString().endsWith(".seg");
    }

    private static void copyFile(Path from, Path to) throws IOException {
        Files.copy(from, to);
        Folders.sync(to);
    }
}
