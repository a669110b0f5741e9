package org.escrowmq.ops.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Puts a backup into a data folder, offline. The copy is made and fsynced beside the target and renamed at the end, so an interrupted
 * restore never looks like a data folder.
 */
@Command(
        name = "restore",
        description = "Copies a backup into a new data folder, with no server running on it.",
        footer = {"", "Example:", "  escrow restore /backups/escrow-monday --data /var/lib/escrow"})
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The backup.")
    Path backup = Path.of("");

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data folder; empty or absent.")
    Path data = Path.of("");

    @Override
    public Integer call() throws IOException {
        Path from = backup.toAbsolutePath().normalize();
        Path to = data.toAbsolutePath().normalize();
        if (!Files.isDirectory(from)) throw new Failure(ExitCode.NOT_FOUND, "there is no backup at " + from);
        if (isEmpty(from)) throw new Failure(ExitCode.REFUSED, from + " is empty: it is no backup");
        if (Files.exists(to) && !isEmpty(to)) {
            throw new Failure(
                    ExitCode.REFUSED,
                    to + " is not empty. A restore never overwrites data: move it away, or name another folder.");
        }
        if (to.startsWith(from)) throw new Failure(ExitCode.USAGE, "the data folder cannot lie in the backup");
        long bytes = copy(from, to);
        View done = new View.Done(
                "restored " + bytes + " bytes into " + to,
                new Fields().with("directory", to).with("bytes", bytes).asMap());
        Objects.requireNonNull(spec).commandLine().getOut().println(common.written(done));
        return ExitCode.OK.code();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static long copy(Path from, Path to) throws IOException {
        Path parent = Objects.requireNonNull(to.getParent(), "the data folder cannot be the root");
        Files.createDirectories(parent);
        Path beside = Files.createTempDirectory(parent, to.getFileName() + ".restoring-");
        Copier copier = new Copier(from, beside);
        Files.walkFileTree(from, copier);
        Files.deleteIfExists(to);
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
        sync(parent);
        return copier.bytes;
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Copies a tree, each file and folder fsynced. */
    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private long bytes;

        Copier(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            Files.createDirectories(target(folder));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Path copy = target(file);
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            sync(copy);
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
            if (fault != null) throw fault;
            sync(target(folder));
            return FileVisitResult.CONTINUE;
        }

        private Path target(Path source) {
            return to.resolve(from.relativize(source).toString());
        }
    }
}
