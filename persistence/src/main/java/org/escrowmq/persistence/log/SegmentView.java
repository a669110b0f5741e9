package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A sequential reader's window on a segment. What a truncated file lacks reads as zeros. Not thread-safe. */
final class SegmentView implements Closeable {
    private static final int WINDOW_BYTES = 1 << 20;

    private final SegmentFacts facts;
    private final LogFile file;
    private ByteBuffer window;
    private int start;
    private int length;

    SegmentView(SegmentFacts facts, LogFile file) {
        this.facts = facts;
        this.file = file;
        this.window = ByteBuffer.allocateDirect(Math.min(WINDOW_BYTES, facts.bytes()));
    }

    SegmentFacts facts() {
        return facts;
    }

    int number() {
        return facts.number();
    }

    int bytes() {
        return facts.bytes();
    }

    /** The bytes loaded last. The next {@link #load} may replace it. */
    ByteBuffer buffer() {
        return window;
    }

    /** Makes bytes of the segment available; returns the index of the first in {@link #buffer}. */
    int load(int offset, int wanted) throws IOException {
        if (offset >= start && offset + wanted <= start + length) return offset - start;
        if (wanted > window.capacity()) {
            window = ByteBuffer.allocateDirect(SegmentFormat.align(wanted, WINDOW_BYTES));
        }
        window.clear().limit(Math.min(window.capacity(), facts.bytes() - offset));
        int wantedNow = window.limit();
        start = offset;
        length = 0;
        file.read(window, offset);
        while (window.hasRemaining()) window.put((byte) 0);
        window.clear();
        length = wantedNow;
        return 0;
    }

    /** The end of what is not zero at or behind {@code offset}; {@code offset} when all of it is zero. */
    int lastNonZero(int offset) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(window.capacity());
        int end = offset;
        for (int at = offset; at < facts.bytes(); ) {
            int piece = Math.min(zeros.capacity(), facts.bytes() - at);
            int index = load(at, piece);
            if (!window.slice(index, piece).equals(zeros.slice(0, piece))) {
                int last = piece - 1;
                while (window.get(index + last) == 0) last--;
                end = at + last + 1;
            }
            at += piece;
        }
        return end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
