package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Puts the parts of copied entries and snapshots together again; they stand one after another in a class stream. */
final class CopyAssembler {
    /** Receives what is complete. */
    interface Receiver {
        void copy(RecordHeader header, long[] positions) throws IOException;
    }

    private final Receiver receiver;
    private @Nullable RecordHeader first;
    private long[] positions = {};
    private int next;

    CopyAssembler(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Takes the next record of the stream. */
    void record(long position, ByteBuffer record) throws IOException {
        RecordHeader header = RecordHeader.read(record);
        if (!header.kind().hasContent()) {
            forget();
            return;
        }
        if (header.part() == 0) {
            first = header;
            positions = new long[header.parts()];
            next = 0;
        }
        if (first == null
                || header.part() != next
                || header.number() != first.number()
                || header.writer() != first.writer()
                || header.kind() != first.kind()
                || header.epoch() != first.epoch()) {
            forget();
            return;
        }
        positions[next++] = position;
        if (next < header.parts()) return;
        long[] complete = positions;
        forget();
        receiver.copy(header, complete);
    }

    void forget() {
        first = null;
        next = 0;
    }

    /** The row that says where the entry or snapshot is. */
    static byte[] address(RecordHeader header) {
        return header.kind() == RecordKind.ENTRIES
                ? JournalTable.entry(header.writer(), header.number())
                : JournalTable.snapshot(header.writer(), header.number());
    }
}
