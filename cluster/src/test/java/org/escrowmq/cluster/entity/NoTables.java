package org.escrowmq.cluster.entity;

import java.util.List;
import java.util.Optional;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;

/** For a queue of which nothing is durable. */
final class NoTables implements TableReader {
    @Override
    public Optional<byte[]> get(PersistenceId id, Table table, byte[] key) {
        return Optional.empty();
    }

    @Override
    public Optional<Row> floor(PersistenceId id, Table table, byte[] key) {
        return Optional.empty();
    }

    @Override
    public List<Row> scan(PersistenceId id, Table table, byte[] from, int limit) {
        return List.of();
    }

    @Override
    public List<Wake> wakesUntil(long untilEpochMillis, int limit) {
        return List.of();
    }
}
