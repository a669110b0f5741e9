package org.escrowmq.persistence.log;

/**
 * The sizes of a log.
 *
 * @param segmentBytes bytes of a segment file; the first one of a stream is smaller, so that a new server starts quickly
 * @param blockBytes groups start at multiples of it, so that a torn write of one group never touches the sector of the
 *     group before it; fixed when the stream is created. 512 suits disks that write a 512-byte sector whole, 4096 all others
 * @param recordBytesMax payload bytes of one record
 * @param groupBytesMax bytes of one group on disk, with everything around the payloads
 * @param openFilesMax segment files that readers keep open
 */
public record LogSettings(int segmentBytes, int blockBytes, int recordBytesMax, int groupBytesMax, int openFilesMax) {
    /** No release writes larger records, so a reader needs no more memory for a damaged length. */
    static final int RECORD_BYTES_LIMIT = 16 << 20;

    private static final int FIRST_SEGMENT_BYTES = 16 << 20;
    private static final int POSITION_LIMIT = 1 << 28;

    /** Rejects sizes that do not fit each other. */
    public LogSettings {
        if (Integer.bitCount(blockBytes) != 1 || blockBytes < 64 || blockBytes > 65_536) {
            throw new IllegalArgumentException("blockBytes is a power of two from 64 to 65536, got " + blockBytes);
        }
        if (segmentBytes % blockBytes != 0 || segmentBytes >= POSITION_LIMIT || segmentBytes <= 0) {
            throw new IllegalArgumentException(
                    "segmentBytes is a multiple of blockBytes below 256 MiB, got " + segmentBytes);
        }
        if (groupBytesMax > segmentBytes - blockBytes || groupBytesMax < blockBytes) {
            throw new IllegalArgumentException("groupBytesMax must fit into a segment, got " + groupBytesMax);
        }
        if (recordBytesMax < 1 || recordBytesMax > Math.min(groupBytesMax, RECORD_BYTES_LIMIT)) {
            throw new IllegalArgumentException(
                    "recordBytesMax must fit into a group and 16 MiB, got " + recordBytesMax);
        }
        if (openFilesMax < 1) throw new IllegalArgumentException("openFilesMax is at least 1, got " + openFilesMax);
    }

    /** 128-MiB segments, 512-byte blocks, records up to 160 KiB, groups up to 8 MiB, 64 open files. */
    public static LogSettings defaults() {
        return new LogSettings(128 << 20, 512, 160 << 10, 8 << 20, 64);
    }

    int firstSegmentBytes() {
        int wanted = Math.max(FIRST_SEGMENT_BYTES, SegmentFormat.align(groupBytesMax + blockBytes, blockBytes));
        return Math.min(segmentBytes, wanted);
    }
}
