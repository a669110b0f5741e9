package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** A folder of the real file system. */
public final class FolderFiles implements LogFiles {
    private static final long FREE_BYTES_AGE_NANOS = 100_000_000;

    private final Path folder;
    private final FileStore store;
    private final LongSupplier nanoTime;
    private volatile Space space;

    private record Space(long bytes, long readAtNanos) {}

    private FolderFiles(Path folder, LongSupplier nanoTime) throws IOException {
        this.folder = folder;
        this.nanoTime = nanoTime;
        this.store = Files.getFileStore(folder);
        this.space = new Space(store.getUsableSpace(), nanoTime.getAsLong());
    }

    /** The files of {@code folder}, which is created (durably) when absent. {@code nanoTime} is a monotonic clock. */
    public static FolderFiles in(Path folder, LongSupplier nanoTime) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (!Files.isDirectory(absolute)) {
            Files.createDirectories(absolute);
            Path parent = absolute.getParent();
            if (parent != null) sync(parent);
        }
        return new FolderFiles(absolute, nanoTime);
    }

    @Override
    public LogFile create(String name) throws IOException {
        return new ChannelFile(FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new ChannelFile(
                FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path target = folder.resolve(to);
        Path parent = target.getParent();
        if (parent == null || parent.equals(folder)) {
            Files.move(folder.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Files.createDirectories(parent);
        Files.move(folder.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
        sync(parent);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Override
    public void syncFolder() throws IOException {
        sync(folder);
    }

    @Override
    public long freeBytes() throws IOException {
        Space known = space;
        long now = nanoTime.getAsLong();
        if (now - known.readAtNanos < FREE_BYTES_AGE_NANOS) return known.bytes;
        Space fresh = new Space(store.getUsableSpace(), now);
        space = fresh;
        return fresh.bytes;
    }

    @Override
    public String describe(String name) {
        return folder.resolve(name).toString();
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The JDK has no type for it, only the system's text. */
    private static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("No space left") || text.contains("quota exceeded");
    }

    private record ChannelFile(FileChannel channel) implements LogFile {
        @Override
        public int read(ByteBuffer dst, long offset) throws IOException {
            int done = 0;
            while (dst.hasRemaining()) {
                int n = channel.read(dst, offset + done);
                if (n < 0) break;
                done += n;
            }
            return done;
        }

        @Override
        public void write(ByteBuffer src, long offset) throws IOException {
            long at = offset;
            try {
                while (src.hasRemaining()) at += channel.write(src, at);
            } catch (IOException e) {
                throw isFull(e) ? new DiskFullException("no room at byte " + at + " of a segment", e) : e;
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
