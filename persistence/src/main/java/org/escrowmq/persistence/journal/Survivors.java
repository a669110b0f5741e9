package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.tables.Tables;
import org.jspecify.annotations.Nullable;

/**
 * Tells what of a segment is still wanted: the row points to it, its writer is still the one of its id, and it is not trimmed,
 * or pinned. Any thread; what it says may be outdated by the next trim, but never the other way round.
 */
final class Survivors {
    private final Tables tables;
    private final WriterNumbers numbers;

    /** An entry or snapshot with all its parts, copied out of the log. */
    record Found(RecordHeader header, long[] positions, List<ByteBuffer> records) {
        byte[] address() {
            return CopyAssembler.address(header);
        }

        RetentionClass target() {
            return header.kind() == RecordKind.ENTRIES ? header.retention() : RetentionClass.STATE;
        }

        long bytes() {
            long bytes = 0;
            for (ByteBuffer record : records) bytes += record.remaining();
            return bytes;
        }
    }

    Survivors(Tables tables, WriterNumbers numbers) {
        this.tables = tables;
        this.numbers = numbers;
    }

    boolean wanted(Found found) {
        return pointedTo(found.address(), found.positions()) && visible(found.header());
    }

    private boolean visible(RecordHeader header) {
        if (numbers.of(header.id()) != header.writer()) return false;
        if (header.kind() != RecordKind.ENTRIES) return true;
        byte[] row = tables.get(JournalTable.writer(header.id()));
        if (row == null) return false;
        return header.number() > WriterState.decode(row).trimmed
                || tables.get(JournalTable.pin(header.writer(), header.number())) != null;
    }

    private boolean pointedTo(byte[] address, long[] positions) {
        EntryRow row = row(address);
        return row != null && Arrays.equals(row.positions(), positions);
    }

    @Nullable
    EntryRow row(byte[] address) {
        byte[] stored = tables.get(address);
        return stored == null ? null : EntryRow.decode(stored);
    }
}
