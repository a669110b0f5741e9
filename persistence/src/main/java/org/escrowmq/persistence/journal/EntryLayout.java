package org.escrowmq.persistence.journal;

import java.util.Arrays;

/**
 * How the content of an entry lies in its parts. Content is a prefix (directory, table operations, head) and the blobs one
 * after another. A small entry is one part. Otherwise the prefix and the blobs have parts of their own, so that a replay
 * reads prefixes only; every part but the last of its sort is full.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
record EntryLayout(int prefixBytes, int[] blobBytes) {
    /** The most that one part holds. */
    static final int PART_BYTES_MAX = 128 * 1024;
    /** Up to this much, an entry with blobs is one part: reading its blobs in a replay costs less than a second record. */
    static final int SINGLE_BYTES_MAX = 4 * 1024;

    private static final int[] NO_BLOBS = {};

    static EntryLayout headOnly(int prefixBytes) {
        return new EntryLayout(prefixBytes, NO_BLOBS);
    }

    long blobsBytes() {
        long sum = 0;
        for (int bytes : blobBytes) sum += bytes;
        return sum;
    }

    long bytes() {
        return prefixBytes + blobsBytes();
    }

    /** Whether prefix and blobs share the only part. */
    boolean single() {
        return bytes() <= SINGLE_BYTES_MAX;
    }

    int prefixParts() {
        return single() ? 1 : parts(prefixBytes);
    }

    int parts() {
        return single() ? 1 : parts(prefixBytes) + parts(blobsBytes());
    }

    private static int parts(long bytes) {
        return Math.toIntExact((bytes + PART_BYTES_MAX - 1) / PART_BYTES_MAX);
    }

    /** Where blob {@code index} starts, counted from the first blob. */
    long blobStart(int index) {
        long start = 0;
        for (int i = 0; i < index; i++) start += blobBytes[i];
        return start;
    }

    /** The part that holds a byte of the blobs. */
    int partOfBlobByte(long blobByte) {
        return single() ? 0 : parts(prefixBytes) + Math.toIntExact(blobByte / PART_BYTES_MAX);
    }

    /** Where in its part that byte is. */
    int offsetOfBlobByte(long blobByte) {
        return single() ? Math.toIntExact(prefixBytes + blobByte) : Math.toIntExact(blobByte % PART_BYTES_MAX);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryLayout that
                && prefixBytes == that.prefixBytes
                && Arrays.equals(blobBytes, that.blobBytes);
    }

    @Override
    public int hashCode() {
        return 31 * prefixBytes + Arrays.hashCode(blobBytes);
    }

    @Override
    public String toString() {
        return "EntryLayout[prefix " + prefixBytes + ", blobs " + Arrays.toString(blobBytes) + "]";
    }
}
