package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
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
        return new JournalEnvironment(
                Clock.systemUTC(),
                System::nanoTime,
                () -> freeBytes(settings.directory()),
                SegmentFiles.of(settings),
                faults);
    }

    private static long freeBytes(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            return store.getUsableSpace();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot tell the free space of " + directory, e);
        }
    }
}
