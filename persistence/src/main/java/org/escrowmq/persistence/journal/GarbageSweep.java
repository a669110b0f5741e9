package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/** Removes the rows that deleted persistence ids have left, a thousand at a time between commit groups. */
final class GarbageSweep {
    private static final int ROWS_A_TASK = 1024;
    private static final int TABLES = 128;

    private final OpenStore store;
    private final Mover mover;

    GarbageSweep(OpenStore store, Mover mover) {
        this.store = store;
        this.mover = mover;
    }

    void run() throws IOException {
        List<Long> writers = new ArrayList<>();
        byte[] prefix = RowKey.prefix(JournalTable.GARBAGE, 0);
        store.tables().scan(prefix, prefix, (address, value) -> writers.add(RowKey.number(address, 0)));
        for (long writer : writers) sweep(writer);
    }

    private void sweep(long writer) throws IOException {
        for (int table = JournalTable.ENTRIES; table < TABLES; table++) {
            boolean own =
                    table == JournalTable.ENTRIES || table == JournalTable.SNAPSHOTS || table == JournalTable.PINS;
            if (own || table >= JournalTable.FIRST_OF_USERS) sweep(RowKey.prefix(table, writer));
        }
        mover.onApplyingThread(() -> delete(List.of(JournalTable.garbage(writer))));
    }

    private void sweep(byte[] prefix) throws IOException {
        while (true) {
            List<byte[]> rows = new ArrayList<>();
            store.tables().scan(prefix, prefix, (address, value) -> rows.add(address) && rows.size() < ROWS_A_TASK);
            if (rows.isEmpty()) return;
            mover.onApplyingThread(() -> delete(rows));
        }
    }

    private void delete(List<byte[]> rows) {
        try (Tables.Batch batch = store.tables().batch()) {
            for (byte[] row : rows) batch.delete(row);
            store.tables().write(batch);
        }
    }
}
