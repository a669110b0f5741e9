package org.escrowmq.cluster.partition;

import java.util.List;
import java.util.Optional;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;

/** The tables of one queue, as far as they are durable. Reads run on the caller's thread. */
public record QueueTables(TableReader tables, PersistenceId id) {
    Optional<byte[]> get(Table table, byte[] key) {
        return tables.get(id, table, key);
    }

    Optional<TableReader.Row> floor(Table table, byte[] key) {
        return tables.floor(id, table, key);
    }

    List<TableReader.Row> scan(Table table, byte[] from, int limit) {
        return tables.scan(id, table, from, limit);
    }
}
