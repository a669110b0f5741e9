package org.escrowmq.persistence.journal;

/** Figures of the commit step since start. Written by the applying thread, read by any. */
final class CommitCounters {
    private volatile long entries;
    private volatile long bytes;
    private volatile long groups;

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void group(long entriesWritten, long bytesWritten) {
        entries += entriesWritten;
        bytes += bytesWritten;
        groups++;
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    /** Groups, each with one fsync. */
    long groups() {
        return groups;
    }
}
