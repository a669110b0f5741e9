package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code high-water}: two slots, written in turn, so that a torn write leaves the one before. Thread-safe: the
 * appender moves the end, the collector the first segment.
 */
final class HighWaterFile implements Closeable {
    static final String NAME = "high-water";
    private static final String UNFINISHED = "high-water.new";

    private final LogFile file;
    private HighWater written;

    private HighWaterFile(LogFile file, HighWater written) {
        this.file = file;
        this.written = written;
    }

    /** Makes the file with two equal slots; durable at return. */
    static HighWaterFile create(LogFiles files, HighWater content) throws IOException {
        LogFile file = files.create(UNFINISHED);
        try {
            file.write(ByteBuffer.allocate(2 * HighWater.SLOT_BYTES), 0);
            HighWaterFile made = new HighWaterFile(file, content);
            made.write(content);
            made.write(content);
            files.rename(UNFINISHED, NAME);
            files.syncFolder();
            return made;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Opens the file, or null when neither slot is good. */
    static @Nullable HighWaterFile open(LogFiles files) throws IOException {
        LogFile file = files.open(NAME);
        HighWater newest = null;
        for (int slot = 0; slot < 2; slot++) {
            HighWater content = readSlot(file, slot);
            if (content != null && (newest == null || content.counter() > newest.counter())) newest = content;
        }
        if (newest != null) return new HighWaterFile(file, newest);
        file.close();
        return null;
    }

    /** How many of the two slots are good. */
    static int goodSlots(LogFiles files) throws IOException {
        try (LogFile file = files.open(NAME)) {
            return (readSlot(file, 0) == null ? 0 : 1) + (readSlot(file, 1) == null ? 0 : 1);
        }
    }

    private static @Nullable HighWater readSlot(LogFile file, int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HighWater.SLOT_BYTES);
        file.read(bytes, (long) slot * HighWater.SLOT_BYTES);
        return HighWater.decode(bytes.clear());
    }

    /** What was written last. */
    synchronized HighWater written() {
        return written;
    }

    /** Moves the end; durable at return. */
    synchronized void moveEnd(long end, int segmentBytes, Tail tail) throws IOException {
        write(written.with(end, segmentBytes, tail));
    }

    /** Moves the first segment, in both slots, since no slot may name files that are then removed. */
    synchronized void moveFirst(HighWater.First first) throws IOException {
        write(written.with(first));
        write(written);
    }

    private void write(HighWater content) throws IOException {
        HighWater next = content.next();
        file.write(next.encode(), (next.counter() & 1) * HighWater.SLOT_BYTES);
        file.sync();
        written = next;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
