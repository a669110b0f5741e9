package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.Offset;

/**
 * A list of offsets as runs of consecutive ones: one byte for an offset close to the one before, two to four for a run.
 *
 * <pre>
 * offsets = count:number { run }        until count offsets are read
 * run     = head:number [more:number]   head = zigzag(first of the run - (last offset + 1)) * 2 + (1 when "more" follows)
 *                                       more = how many follow the first, at least 1; the first run counts from 0
 * </pre>
 */
final class OffsetRuns {
    /** Offsets in one list: a bound on what a damaged head can make a reader allocate. */
    static final int COUNT_MAX = 65_536;

    /** So that head fits 63 bits. */
    private static final long OFFSET_MAX = (1L << 61) - 1;

    private OffsetRuns() {}

    static void write(ByteWriter out, List<Offset> offsets) {
        if (offsets.size() > COUNT_MAX) {
            throw new IllegalArgumentException(offsets.size() + " offsets in one event, at most " + COUNT_MAX);
        }
        out.number(offsets.size());
        long expected = 0;
        for (int start = 0; start < offsets.size(); ) {
            long first = offsets.get(start).value();
            int end = start + 1;
            while (end < offsets.size() && offsets.get(end).value() == first + (end - start)) end++;
            run(out, first, first - expected, end - start - 1);
            expected = first + (end - start);
            start = end;
        }
    }

    static List<Offset> read(ByteReader in) {
        int count = (int) in.number("count of offsets", COUNT_MAX);
        List<Offset> offsets = new ArrayList<>(count);
        long expected = 0;
        while (offsets.size() < count) {
            long head = in.number();
            long zigzag = head >>> 1;
            long first = expected + (zigzag >>> 1 ^ -(zigzag & 1));
            if (first < 0 || first > OFFSET_MAX) throw in.malformed("offset " + first);
            long more = (head & 1) == 0 ? 0 : in.number("length of a run", count - offsets.size() - 1L);
            for (long offset = first; offset <= first + more; offset++) offsets.add(new Offset(offset));
            expected = first + more + 1;
        }
        return offsets;
    }

    private static void run(ByteWriter out, long first, long distance, int more) {
        if (first > OFFSET_MAX) throw new IllegalArgumentException("offset " + first + ", at most " + OFFSET_MAX);
        long zigzag = distance << 1 ^ distance >> 63;
        out.number(zigzag << 1 | (more == 0 ? 0 : 1));
        if (more > 0) out.number(more);
    }
}
