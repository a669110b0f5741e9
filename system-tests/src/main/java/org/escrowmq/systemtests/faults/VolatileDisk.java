package org.escrowmq.systemtests.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A disk with a write-back cache that a power cut empties, and an ext4 on it. nbdkit serves it (bin/nbdkit/volatile-disk.py: what is
 * not flushed is in that process only), nbdfuse shows it as a file, a loop device makes it a disk. Killing nbdkit is the power cut.
 * Needs root. Not thread-safe, but {@link #close()} may be called by a shutdown hook.
 */
final class VolatileDisk implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration CUT_LIMIT = Duration.ofSeconds(3);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final Path plugin;
    private final Path folder;
    private final Path mountPoint;
    private int attachments;
    private @Nullable Process nbdkit;
    private @Nullable Process nbdfuse;
    private @Nullable String loop;
    private boolean mounted;

    /**
     * Makes the disk and its file system; {@link #attach} mounts it.
     *
     * @param home the source tree
     * @param folder for the platter file, sockets and logs; not on the disk itself
     */
    VolatileDisk(Path home, Path folder, Path mountPoint, long bytes) {
        this.plugin = home.resolve("system-tests/bin/nbdkit/volatile-disk.py");
        this.folder = folder;
        this.mountPoint = mountPoint;
        try {
            Files.createDirectories(control());
            Files.createDirectories(mountPoint);
            try (RandomAccessFile file = new RandomAccessFile(platter().toFile(), "rw")) {
                file.setLength(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Commands.run("mkfs.ext4", "-q", "-F", "-m", "0", platter().toString());
    }

    private Path platter() {
        return folder.resolve("platter");
    }

    private Path control() {
        return folder.resolve("control");
    }

    private Path state() {
        return folder.resolve("state");
    }

    /** What the cache did since the disk was attached, in bytes, and how many flushes it served. */
    record Figures(long written, long flushed, long unflushed, long kept, long flushes) {}

    /** Also of a disk that has lost its power: as of that moment. */
    Figures figures() {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(state())).order(ByteOrder.LITTLE_ENDIAN);
            return new Figures(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Faults that can be switched on and off while it runs. */
    enum Fault {
        FLUSH_ERROR("flush-error"),
        WRITE_ERROR("write-error"),
        /** Flushes answer OK and do nothing: a disk that no software can be safe on. */
        LYING_FLUSH("lie");

        private final String file;

        Fault(String file) {
            this.file = file;
        }

        /** As the plugin and command lines name it. */
        String word() {
            return file;
        }
    }

    void inject(Fault fault) {
        try {
            Files.createFile(control().resolve(fault.file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void heal(Fault fault) {
        try {
            Files.deleteIfExists(control().resolve(fault.file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Power on: device, e2fsck, mount.
     *
     * @param keepPercent so many of the sectors that are not flushed reach the platter all the same
     * @return what e2fsck said
     */
    synchronized Commands.Outcome attach(int keepPercent, long seed) {
        attachments++;
        Path socket = folder.resolve("socket-" + attachments);
        Path disk = folder.resolve("disk-" + attachments);
        try {
            Files.createFile(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process server = start(
                "nbdkit",
                List.of(
                        "nbdkit",
                        "-f",
                        "-U",
                        socket.toString(),
                        "python",
                        plugin.toString(),
                        "file=" + platter(),
                        "control=" + control(),
                        "state=" + state(),
                        "keep=" + keepPercent,
                        "seed=" + seed));
        nbdkit = server;
        Awaitility.await("nbdkit")
                .pollInterval(Duration.ofMillis(20))
                .atMost(START_LIMIT)
                .until(() -> Files.exists(socket) || !server.isAlive());
        Path pidFile = folder.resolve("nbdfuse-pid-" + attachments);
        Process view = start(
                "nbdfuse", List.of("nbdfuse", "-P", pidFile.toString(), disk.toString(), "--unix", socket.toString()));
        nbdfuse = view;
        Awaitility.await("nbdfuse")
                .pollInterval(Duration.ofMillis(20))
                .atMost(START_LIMIT)
                .until(() -> Files.exists(pidFile) || !view.isAlive());
        if (!server.isAlive() || !view.isAlive()) {
            throw new IllegalStateException("nbdkit or nbdfuse ended; see the logs in " + folder);
        }
        String device = Commands.run("losetup", "--find", "--show", disk.toString());
        loop = device;
        // What a system does when it starts: the journal is replayed, small things are put right without asking.
        Commands.Outcome check = Commands.outcome("e2fsck", "-p", device);
        if (check.exitCode() > 2) {
            throw new IllegalStateException("the file system itself is broken: " + check);
        }
        Commands.run("mount", "-t", "ext4", device, mountPoint.toString());
        mounted = true;
        return check;
    }

    private Process start(String name, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(name + ".log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** What the disk is doing when its power fails. */
    enum Moment {
        /** Whatever it is: mostly nothing, and what is lost is in the kernel's memory. */
        ANY,
        /** It has just taken a write that is not flushed. */
        WRITE,
        /** A flush is half done. */
        FLUSH
    }

    /**
     * All that is not flushed is lost from here on. Returns when the power is off; the mount is there until {@link #detach}.
     *
     * @param count how many more writes or flushes it still does, 1 for none
     */
    void cutPower(Moment moment, int count) throws InterruptedException {
        Process server = nbdkit;
        if (server == null) {
            return;
        }
        if (moment != Moment.ANY) {
            try {
                Path written = control().resolve("cut-to-be");
                Files.writeString(written, moment.name().toLowerCase(Locale.ROOT) + ' ' + count);
                Files.move(written, control().resolve("cut"));
                server.waitFor(CUT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                Files.delete(control().resolve("cut"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        server.destroyForcibly();
    }

    /** Unmounts and takes the device away; with the power on, everything is flushed by that. Nobody may use the mount any more. */
    synchronized void detach() {
        if (mounted) {
            // Dirty pages of a device that is gone fail here, which is what a power cut does to them.
            Commands.Outcome outcome = Commands.outcome("umount", mountPoint.toString());
            if (outcome.exitCode() != 0) {
                throw new IllegalStateException("umount: " + outcome.output());
            }
            mounted = false;
        }
        if (loop != null) {
            Commands.run("losetup", "--detach", loop);
            loop = null;
        }
        if (nbdfuse != null) {
            Commands.outcome(
                    "fusermount3", "-u", folder.resolve("disk-" + attachments).toString());
            end(nbdfuse);
            nbdfuse = null;
        }
        if (nbdkit != null) {
            nbdkit.destroy();
            end(nbdkit);
            nbdkit = null;
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        List.of(Fault.values()).forEach(this::heal);
        detach();
    }
}
