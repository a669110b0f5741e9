package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.escrowmq.persistence.tables.Tables;

/**
 * How far the tables have followed the log, stored in the tables themselves right before a checkpoint or image is taken.
 *
 * @param applied the hot stream's position from which a start applies the tail; -1 for its beginning
 * @param nextWriter the number for the next new writer
 * @param classEnds for each class stream, the position up to which copies are known to the tables; absent for its beginning
 */
record StoreFigures(long applied, long nextWriter, Map<Integer, Long> classEnds) {
    private static final String APPLIED = "applied";
    private static final String NEXT_WRITER = "next-writer";
    private static final String CLASS_END = "class-end-";

    static final StoreFigures START = new StoreFigures(-1, 1, Map.of());

    StoreFigures {
        classEnds = Map.copyOf(classEnds);
    }

    void write(Tables.Batch batch) {
        batch.put(JournalTable.figure(APPLIED), bytes(applied));
        batch.put(JournalTable.figure(NEXT_WRITER), bytes(nextWriter));
        classEnds.forEach((stream, end) -> batch.put(JournalTable.figure(CLASS_END + stream), bytes(end)));
    }

    static StoreFigures read(Tables tables, Iterable<Integer> classes) {
        byte[] applied = tables.get(JournalTable.figure(APPLIED));
        byte[] next = tables.get(JournalTable.figure(NEXT_WRITER));
        if (applied == null || next == null) return START;
        Map<Integer, Long> ends = new HashMap<>();
        for (int stream : classes) {
            byte[] end = tables.get(JournalTable.figure(CLASS_END + stream));
            if (end != null) ends.put(stream, number(end));
        }
        return new StoreFigures(number(applied), number(next), ends);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
