package org.escrowmq.persistence.log;

import java.util.Locale;

/** The sizes and names of format version 1; docs/formats/segment.md has the pictures. All integers are big-endian. */
final class SegmentFormat {
    static final int VERSION = 1;
    static final int SEGMENT_HEADER_BYTES = 36;
    static final int GROUP_HEADER_BYTES = 64;
    static final int LINE_BYTES = 16;
    static final int FRAME_BYTES = 16;
    static final int FRAME_ALIGNMENT = 8;

    /** The name of a segment that is complete and waits for its turn. */
    static final String PREPARED = "prepared";

    private static final String SUFFIX = ".seg";
    private static final int DIGITS = 8;

    private SegmentFormat() {}

    static int align(int bytes, int alignment) {
        return (bytes + alignment - 1) & -alignment;
    }

    /** Bytes of a record in its group. */
    static int frameBytes(int payloadBytes) {
        return align(FRAME_BYTES + payloadBytes, FRAME_ALIGNMENT);
    }

    static String fileName(int segment) {
        return String.format(Locale.ROOT, "%08d", segment) + SUFFIX;
    }

    /** The number of a segment file, or -1 for any other file. */
    static int segmentOf(String fileName) {
        if (fileName.length() < DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) return -1;
        String digits = fileName.substring(0, fileName.length() - SUFFIX.length());
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9') || digits.length() > DIGITS + 1) return -1;
        int number = Integer.parseInt(digits);
        return fileName(number).equals(fileName) ? number : -1;
    }

    /** Adds one record's checksum to the checksum of its group's body. Order matters. */
    static int bodyChecksum(int before, int recordChecksum) {
        return before * 0x9E3779B1 + recordChecksum;
    }

    /** The link that the next group repeats. */
    static int chain(int before, long groupNumber, int bodyChecksum) {
        return (int) (mix(((long) before << 32 | (bodyChecksum & 0xffff_ffffL)) ^ mix(groupNumber)) >>> 32);
    }

    /** A one-to-one scrambling of 64 bits (the finaliser of MurmurHash3). */
    static long mix(long bits) {
        long z = bits;
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
