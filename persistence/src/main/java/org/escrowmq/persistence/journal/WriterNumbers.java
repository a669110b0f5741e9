package org.escrowmq.persistence.journal;

import java.util.concurrent.ConcurrentHashMap;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.tables.Tables;

/**
 * Persistence id -> writer number, for readers of any thread. A bounded cache of the writers table; the applying thread
 * replaces what changes, after the tables have it.
 */
final class WriterNumbers {
    private static final int KEPT = 16 * 1024;

    private final ConcurrentHashMap<PersistenceId, Long> numbers = new ConcurrentHashMap<>();
    private final Tables tables;

    WriterNumbers(Tables tables) {
        this.tables = tables;
    }

    /** The number of {@code id}; 0 when it has nothing stored. */
    long of(PersistenceId id) {
        Long number = numbers.get(id);
        if (number != null) return number;
        if (numbers.size() >= KEPT) numbers.clear();
        return numbers.computeIfAbsent(id, this::stored);
    }

    private long stored(PersistenceId id) {
        byte[] row = tables.get(JournalTable.writer(id));
        if (row == null) return 0;
        WriterState state = WriterState.decode(row);
        return state.deleted ? 0 : state.number;
    }

    /** The cached number, or -1. */
    long cached(PersistenceId id) {
        Long number = numbers.get(id);
        return number == null ? -1 : number;
    }

    void put(PersistenceId id, long number) {
        if (numbers.size() >= KEPT && !numbers.containsKey(id)) numbers.clear();
        numbers.put(id, number);
    }
}
