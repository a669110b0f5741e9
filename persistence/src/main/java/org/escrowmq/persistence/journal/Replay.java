package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/** Hands over the heads of a writer's entries, a page of rows at a time, so that no iterator is open while a visitor works. */
final class Replay {
    private static final int PAGE_ROWS = 256;

    private final Tables tables;
    private final EntryReader reader;
    private final long writer;

    private record Found(byte[] address, EntryRow row) {}

    /** Runs a read and fences the id if it meets damage. */
    interface Checked {
        Optional<ByteBuffer> run(LocalJournal.Read<Optional<ByteBuffer>> read);
    }

    Replay(Tables tables, EntryReader reader, long writer) {
        this.tables = tables;
        this.reader = reader;
        this.writer = writer;
    }

    void run(long from, long to, long max, Journal.ReplayVisitor visitor, Checked checked) {
        byte[] prefix = RowKey.prefix(JournalTable.ENTRIES, writer);
        long next = from;
        long left = max;
        while (left > 0 && next <= to) {
            List<Found> page = new ArrayList<>();
            int limit = (int) Math.min(PAGE_ROWS, left);
            tables.scan(prefix, JournalTable.entry(writer, next), (address, value) -> {
                if (Long.compareUnsigned(RowKey.number(address, 0), to) > 0) return false;
                page.add(new Found(address, EntryRow.decode(value)));
                return page.size() < limit;
            });
            if (page.isEmpty()) return;
            for (Found found : page) {
                Optional<ByteBuffer> head = checked.run(() -> reader.head(found.address(), found.row()));
                if (head.isEmpty()) continue;
                long number = RowKey.number(found.address(), 0);
                visitor.entry(
                        new SequenceNumber(number),
                        new JournalEntry(
                                head.get(), List.of(), List.of(), found.row().retention()));
                left--;
            }
            long last = RowKey.number(page.get(page.size() - 1).address(), 0);
            if (last == Long.MAX_VALUE) return;
            next = last + 1;
        }
    }
}
