package org.escrowmq.persistence.journal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.LongSupplier;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.log.SegmentLog;

/**
 * What a journal takes from the world around it, so that tests can put something else there.
 *
 * @param clock stamps proposals, never looked at while one is applied
 * @param nanoTime paces the space checks and the collector
 * @param freeBytes usable space of the store's file system
 * @param segments opens a stream of segments in a folder
 */
public record JournalEnvironment(
        Clock clock, LongSupplier nanoTime, LongSupplier freeBytes, Segments segments, FaultHandler faults) {
    /** Opens streams of segments. */
    public interface Segments {
        /** The stream {@code number} in {@code folder}, which is created when absent. */
        SegmentLog open(int number, Path folder) throws IOException;
    }

    /** The machine's own clock, disk and files. */
    public static JournalEnvironment system(PersistenceSettings settings, FaultHandler faults) {
        File directory = settings.directory().toFile();
        return new JournalEnvironment(
                Clock.systemUTC(), System::nanoTime, () -> freeBytes(directory), SegmentFiles.of(settings), faults);
    }

    /** A plain call of the system: a FileStore would read the machine's table of mounts each time. */
    private static long freeBytes(File directory) {
        long free = directory.getUsableSpace();
        if (free == 0 && !directory.exists()) {
            throw new java.io.UncheckedIOException(
                    new java.io.IOException("cannot tell the free space of " + directory + ": it is gone"));
        }
        return free;
    }
}
