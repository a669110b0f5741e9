package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The segment files that readers keep open, the most recently used ones. Thread-safe.
 *
 * <p>An interrupt closes the channel that a thread reads, for everybody. So a read whose channel was closed opens it again
 * and repeats itself, and an interrupt of the reading thread is put back afterwards. The appender has a channel of its own,
 * which no reader can close.
 */
final class ReadFiles implements Closeable {
    private final LogFiles files;
    private final Map<Integer, LogFile> open;
    private boolean closed;

    ReadFiles(LogFiles files, int openFilesMax) {
        this.files = files;
        this.open = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, LogFile> eldest) {
                if (size() <= openFilesMax) return false;
                closeQuietly(eldest.getValue());
                return true;
            }
        };
    }

    /** Reads as {@link LogFile#read} does. */
    int read(int segment, ByteBuffer dst, long offset) throws IOException {
        boolean interrupted = false;
        int start = dst.position();
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                LogFile file = file(segment);
                try {
                    return file.read(dst, offset);
                } catch (ClosedChannelException e) {
                    forget(segment, file);
                    dst.position(start);
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private synchronized LogFile file(int segment) throws IOException {
        if (closed) throw new IOException("the log is closed");
        LogFile file = open.get(segment);
        if (file != null) return file;
        LogFile opened = files.open(SegmentFormat.fileName(segment));
        open.put(segment, opened);
        return opened;
    }

    private synchronized void forget(int segment, LogFile file) {
        if (open.remove(segment, file)) closeQuietly(file);
    }

    /** Closes a segment that is going to be dropped. */
    synchronized void forget(int segment) {
        @Nullable LogFile file = open.remove(segment);
        if (file != null) closeQuietly(file);
    }

    @Override
    public synchronized void close() {
        closed = true;
        open.values().forEach(ReadFiles::closeQuietly);
        open.clear();
    }

    /** Nothing was written through these files, so a failing close loses nothing. */
    private static void closeQuietly(LogFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
