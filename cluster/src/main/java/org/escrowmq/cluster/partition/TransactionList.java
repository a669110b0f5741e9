package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionRow;
import org.escrowmq.transaction.TransactionState;

/** Reads of a queue's transactions that are durable. Any thread; beside the queue's actor. */
public final class TransactionList {
    private static final TransactionState[] ONE_OF_EACH_TABLE = {
        TransactionState.OPEN, TransactionState.PARKED, TransactionState.COMMITTED
    };

    private final QueueTables tables;

    /** The transactions in these tables. */
    public TransactionList(QueueTables tables) {
        this.tables = tables;
    }

    /** One of any state. */
    public Optional<Transaction> find(long number) {
        byte[] key = TransactionTables.key(number);
        for (TransactionState state : ONE_OF_EACH_TABLE) {
            Optional<byte[]> row = tables.get(TransactionTables.of(state), key);
            if (row.isPresent()) return Optional.of(TransactionRow.decode(number, row.get()));
        }
        return Optional.empty();
    }

    /** The first {@code limit} with number {@code from} or higher of the table that has this state: decided ones share one. */
    public List<Transaction> from(TransactionState state, long from, int limit) {
        List<Transaction> found = new ArrayList<>();
        long first = state == TransactionState.OPEN ? Math.max(from, counts().openFrom()) : from;
        for (TableReader.Row row : tables.scan(TransactionTables.of(state), TransactionTables.key(first), limit)) {
            found.add(TransactionRow.decode(ByteBuffer.wrap(row.key()).getLong(), row.value()));
        }
        return found;
    }

    private TransactionCounts counts() {
        return TransactionCounts.read(tables);
    }

    /** How many are open and parked, and when the oldest open one was stored. */
    public TransactionTotals totals() {
        TransactionCounts counts = counts();
        long oldest = counts.open() == 0
                ? TransactionTotals.NEVER
                : from(TransactionState.OPEN, 0, 1).stream()
                        .mapToLong(Transaction::storedEpochMillis)
                        .min()
                        .orElse(TransactionTotals.NEVER);
        return new TransactionTotals(counts.open(), counts.parked(), oldest);
    }

    /** Undecided ones whose message has a key with the fingerprint of this one, with number {@code from} or higher. */
    public List<Transaction> ofKey(String key, long from, int limit) {
        long fingerprint = Fingerprint.of(key);
        List<Transaction> found = new ArrayList<>();
        byte[] first = TransactionTables.key(fingerprint, from);
        for (TableReader.Row row : tables.scan(TransactionTables.HALF_KEYS, first, limit)) {
            ByteBuffer place = ByteBuffer.wrap(row.key());
            if (place.getLong() != fingerprint) break;
            find(place.getLong()).ifPresent(found::add);
        }
        return found;
    }
}
