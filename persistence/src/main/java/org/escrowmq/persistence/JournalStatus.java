package org.escrowmq.persistence;

import java.util.List;

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
        List<PersistenceId> fenced) {}
