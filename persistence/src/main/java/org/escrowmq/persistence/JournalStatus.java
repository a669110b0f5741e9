package org.escrowmq.persistence;

import java.util.List;
import java.util.Optional;

/**
 * Figures of a journal at one moment.
 *
 * @param entriesWritten entries applied since start
 * @param bytesWritten log bytes written since start
 * @param fsyncs fsyncs of the log since start
 * @param freeBytes usable space of the store's file system
 * @param minFreeBytes what is kept free of bodies
 * @param acceptsBodies false while space is so low that entries with blobs are answered {@link WriteAnswer#STORAGE_FULL}
 * @param fenced persistence ids whose stored state is damaged
 * @param fencedAtLarge why every id (or every one that the store does not know) is fenced: damage that is nobody's for sure
 */
public record JournalStatus(
        long entriesWritten,
        long bytesWritten,
        long fsyncs,
        long logBytes,
        int segments,
        long freeBytes,
        long minFreeBytes,
        boolean acceptsBodies,
        List<PersistenceId> fenced,
        Optional<String> fencedAtLarge) {
    /** Figures of a journal where all damage, if any, has a name. */
    public JournalStatus(
            long entriesWritten,
            long bytesWritten,
            long fsyncs,
            long logBytes,
            int segments,
            long freeBytes,
            long minFreeBytes,
            boolean acceptsBodies,
            List<PersistenceId> fenced) {
        this(
                entriesWritten,
                bytesWritten,
                fsyncs,
                logBytes,
                segments,
                freeBytes,
                minFreeBytes,
                acceptsBodies,
                fenced,
                Optional.empty());
    }
}
