package org.escrowmq.persistence.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/** The tables as the users of the journal see them: named ids instead of numbers. Any thread. */
final class TableView implements TableReader {
    private final Tables tables;
    private final WriterNumbers numbers;

    TableView(Tables tables, WriterNumbers numbers) {
        this.tables = tables;
        this.numbers = numbers;
    }

    @Override
    public Optional<byte[]> get(PersistenceId id, Table table, byte[] key) {
        long writer = numbers.of(id);
        if (writer == 0) return Optional.empty();
        return Optional.ofNullable(tables.get(RowKey.of(table.number(), writer, key)));
    }

    @Override
    public Optional<Row> floor(PersistenceId id, Table table, byte[] key) {
        long writer = numbers.of(id);
        if (writer == 0) return Optional.empty();
        Map.Entry<byte[], byte[]> row =
                tables.floor(RowKey.prefix(table.number(), writer), RowKey.of(table.number(), writer, key));
        return row == null ? Optional.empty() : Optional.of(new Row(RowKey.key(row.getKey()), row.getValue()));
    }

    @Override
    public List<Row> scan(PersistenceId id, Table table, byte[] from, int limit) {
        List<Row> rows = new ArrayList<>();
        long writer = numbers.of(id);
        if (writer == 0 || limit <= 0) return rows;
        tables.scan(
                RowKey.prefix(table.number(), writer), RowKey.of(table.number(), writer, from), (address, value) -> {
                    rows.add(new Row(RowKey.key(address), value));
                    return rows.size() < limit;
                });
        return rows;
    }

    @Override
    public List<Wake> wakesUntil(long untilEpochMillis, int limit) {
        List<byte[]> due = new ArrayList<>();
        byte[] prefix = RowKey.prefix(JournalTable.WAKES, 0);
        if (limit <= 0) return List.of();
        tables.scan(prefix, prefix, (address, value) -> {
            if (JournalTable.wakeMillis(address) > untilEpochMillis) return false;
            due.add(address);
            return due.size() < limit;
        });
        List<Wake> wakes = new ArrayList<>(due.size());
        for (byte[] address : due) {
            byte[] name = tables.get(JournalTable.name(RowKey.number(address, 8)));
            if (name != null) wakes.add(new Wake(JournalTable.id(name), JournalTable.wakeMillis(address)));
        }
        return wakes;
    }
}
