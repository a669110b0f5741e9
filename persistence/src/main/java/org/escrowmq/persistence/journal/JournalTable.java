package org.escrowmq.persistence.journal;

import java.nio.charset.StandardCharsets;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.tables.RowKey;

/** The journal's own tables, 1 to 15, and how their rows are addressed. See docs/formats/tables.md. */
final class JournalTable {
    /** Persistence id -> {@link WriterState}. */
    static final int WRITERS = 1;
    /** Writer number -> persistence id. */
    static final int NAMES = 2;
    /** Writer, number -> {@link EntryRow}. */
    static final int ENTRIES = 3;
    /** Writer, number -> {@link EntryRow} of a snapshot. */
    static final int SNAPSHOTS = 4;
    /** Time, writer -> nothing. */
    static final int WAKES = 5;
    /** Writer, number -> nothing. */
    static final int PINS = 6;
    /** Persistence id, or nothing for ids at large -> why it is fenced. */
    static final int FENCES = 7;
    /** Number of a writer that was deleted and whose rows are still there -> nothing. */
    static final int GARBAGE = 8;
    /** Name of a figure of the store -> the figure. */
    static final int STORE = 9;

    /** Member -> {@link Place} of what it proposed last. */
    static final int PLACES = 10;

    /** The first table that belongs to the journal's users. */
    static final int FIRST_OF_USERS = 16;

    static final byte[] NOTHING = {};

    private JournalTable() {}

    static byte[] writer(PersistenceId id) {
        return RowKey.of(WRITERS, 0, bytes(id));
    }

    static byte[] name(long writer) {
        return RowKey.of(NAMES, 0, writer);
    }

    static byte[] entry(long writer, long number) {
        return RowKey.of(ENTRIES, writer, number);
    }

    static byte[] snapshot(long writer, long number) {
        return RowKey.of(SNAPSHOTS, writer, number);
    }

    static byte[] wake(long epochMillis, long writer) {
        return RowKey.of(WAKES, 0, epochMillis ^ Long.MIN_VALUE, writer);
    }

    static long wakeMillis(byte[] address) {
        return RowKey.number(address, 0) ^ Long.MIN_VALUE;
    }

    static byte[] pin(long writer, long number) {
        return RowKey.of(PINS, writer, number);
    }

    static byte[] fence(PersistenceId id) {
        return RowKey.of(FENCES, 0, bytes(id));
    }

    static byte[] fenceAtLarge(byte[] scope) {
        return RowKey.of(FENCES, 0, scope);
    }

    static byte[] garbage(long writer) {
        return RowKey.of(GARBAGE, 0, writer);
    }

    static byte[] place(int member) {
        return RowKey.of(PLACES, 0, member);
    }

    static byte[] figure(String name) {
        return RowKey.of(STORE, 0, name.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] bytes(PersistenceId id) {
        return id.value().getBytes(StandardCharsets.UTF_8);
    }

    static PersistenceId id(byte[] name) {
        return new PersistenceId(new String(name, StandardCharsets.UTF_8));
    }
}
