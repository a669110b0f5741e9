package org.escrowmq.persistence.log;

/**
 * Which stream bytes belong to. {@code logId} is random and the same in all files of the stream; marks made from it and
 * from a position stand in front of every group and record. So bytes of another file, place or stream are never taken for
 * good ones, and nobody who writes payloads can forge a frame in one without knowing the id.
 */
record StreamIdentity(long logId, int stream, int blockBytes) {
    private static final long GROUP = 0x67726f7570L;
    private static final long RECORD = 0x7265636f7264L;

    int groupMark(long position) {
        return mark(GROUP, position);
    }

    int recordMark(long position) {
        return mark(RECORD, position);
    }

    /** Never 0, so that zeros are never a frame. */
    private int mark(long kind, long position) {
        return (int) (SegmentFormat.mix(SegmentFormat.mix(logId ^ kind) ^ position) >>> 32) | 1;
    }

    long position(int segment, int offset) {
        return LogPosition.of(stream, segment, offset).packed();
    }
}
