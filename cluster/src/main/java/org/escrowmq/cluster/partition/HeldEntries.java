package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.escrowmq.persistence.TableOperation;

/**
 * Journal entries that are kept for what they hold, with the number of things in each that are still wanted: messages of transactions and
 * delayed ones, and what was decided on them. An entry is pinned from the first on and let go with the last; only one that holds several has a row. On the
 * tentative side, like its {@link Partition}.
 */
final class HeldEntries {
    private final QueueTables tables;
    private final Consumer<TableOperation> operations;
    private final Tentative<Long, Integer> counts = new Tentative<>();

    /** {@code operations} takes the table changes of the batch that is being decided. */
    HeldEntries(QueueTables tables, Consumer<TableOperation> operations) {
        this.tables = tables;
        this.operations = operations;
    }

    /** An entry that was not held before holds so many. */
    void hold(long sequenceNumber, int count) {
        operations.accept(new TableOperation.Pin(sequenceNumber));
        if (count > 1) put(sequenceNumber, count);
    }

    /** So many of those are not wanted any more. */
    void letGo(long sequenceNumber, int count) {
        int held = now(sequenceNumber);
        int left = held - count;
        if (left > 1) {
            put(sequenceNumber, left);
            return;
        }
        if (held > 1) {
            counts.remove(sequenceNumber);
            operations.accept(new TableOperation.Delete(TransactionTables.HELD, TransactionTables.key(sequenceNumber)));
        }
        if (left < 1) operations.accept(new TableOperation.Unpin(sequenceNumber));
    }

    private void put(long sequenceNumber, int count) {
        counts.put(sequenceNumber, count);
        operations.accept(new TableOperation.Put(
                TransactionTables.HELD,
                TransactionTables.key(sequenceNumber),
                ByteBuffer.allocate(4).putInt(count).array()));
    }

    private int now(long sequenceNumber) {
        Optional<Integer> changed = counts.changed(sequenceNumber);
        if (changed != null) return changed.orElse(1);
        return tables.get(TransactionTables.HELD, TransactionTables.key(sequenceNumber))
                .map(row -> ByteBuffer.wrap(row).getInt())
                .orElse(1);
    }

    /** The changes since the last call go into this entry. */
    void seal(long sequenceNumber) {
        counts.seal(sequenceNumber);
    }

    /** The entries up to this one are durable. */
    void durable(long sequenceNumber) {
        counts.durable(sequenceNumber);
    }
}
