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

    private record Found(byte[] address, EntryRow row) {
        long number() {
            return RowKey.number(address, 0);
        }
    }

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
        long next = from;
        long left = max;
        while (left > 0 && next <= to) {
            List<Found> page = rows(next, to, (int) Math.min(PAGE_ROWS, left));
            if (page.isEmpty()) return;
            for (Found found : page) {
                Optional<ByteBuffer> head = checked.run(() -> reader.head(found.address(), found.row()));
                if (head.isEmpty()) continue;
                visitor.entry(
                        new SequenceNumber(found.number()),
                        new JournalEntry(
                                head.get(), List.of(), List.of(), found.row().retention()));
                left--;
            }
            long last = page.get(page.size() - 1).number();
            if (last == Long.MAX_VALUE) return;
            next = last + 1;
        }
    }

    /** The first entries from {@code from} on, with their times; see {@link Journal#history}. */
    List<Journal.Recorded> history(long from, int entriesMax, long bytesMax, Checked checked) {
        List<Journal.Recorded> entries = new ArrayList<>();
        long bytes = 0;
        long next = from;
        while (true) {
            List<Found> page = rows(next, Long.MAX_VALUE, Math.min(PAGE_ROWS, entriesMax));
            if (page.isEmpty()) return entries;
            for (Found found : page) {
                Optional<ByteBuffer> head = checked.run(() -> reader.head(found.address(), found.row()));
                if (head.isEmpty()) continue;
                bytes += head.get().remaining();
                if (bytes > bytesMax && !entries.isEmpty()) return entries;
                entries.add(new Journal.Recorded(
                        new SequenceNumber(found.number()), found.row().timeMillis(), head.get()));
            }
            // Where a trim took the whole page meanwhile, an empty answer would look like the end.
            if (!entries.isEmpty()) return entries;
            next = page.get(page.size() - 1).number() + 1;
        }
    }

    private List<Found> rows(long from, long to, int limit) {
        List<Found> page = new ArrayList<>();
        byte[] prefix = RowKey.prefix(JournalTable.ENTRIES, writer);
        tables.scan(prefix, JournalTable.entry(writer, from), (address, value) -> {
            if (Long.compareUnsigned(RowKey.number(address, 0), to) > 0) return false;
            page.add(new Found(address, EntryRow.decode(value)));
            return page.size() < limit;
        });
        return page;
    }
}
