package org.escrowmq.persistence.journal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.escrowmq.persistence.PersistenceId;
import org.jspecify.annotations.Nullable;

/**
 * The states of the writers that were active lately; the others are in the tables. Bounded, but for those that the commit
 * group being made has touched. Owned by the thread that applies.
 */
final class WriterStates {
    private final int kept;
    private final Function<PersistenceId, byte @Nullable []> stored;
    private final Map<PersistenceId, WriterState> recent = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<PersistenceId, WriterState> touched = new LinkedHashMap<>();
    private long nextNumber = 1;

    /** {@code stored} reads a state's row. */
    WriterStates(int kept, Function<PersistenceId, byte @Nullable []> stored) {
        this.kept = kept;
        this.stored = stored;
    }

    /** The state of {@code id}; an empty one when it is new. */
    WriterState of(PersistenceId id) {
        WriterState state = recent.get(id);
        if (state == null) {
            byte[] row = stored.apply(id);
            state = row == null ? new WriterState() : WriterState.decode(row);
            recent.put(id, state);
        }
        return state;
    }

    /** Marks a state as changed by the group being made. */
    void touch(PersistenceId id, WriterState state) {
        touched.put(id, state);
    }

    /** What the group has changed. */
    Map<PersistenceId, WriterState> touched() {
        return touched;
    }

    /** The group is in the tables: forgets what is over the bound. */
    void settled() {
        touched.values().forEach(WriterState::settled);
        touched.clear();
        if (recent.size() <= kept) return;
        List<PersistenceId> oldest = new ArrayList<>(recent.keySet()).subList(0, recent.size() - kept);
        oldest.forEach(recent::remove);
    }

    /** The group came to nothing: the tables say what the states are. */
    void undo() {
        touched.keySet().forEach(recent::remove);
        touched.clear();
    }

    /** The number for a writer that has none yet. */
    long newNumber() {
        return nextNumber++;
    }

    /** The number that comes next. */
    long nextNumber() {
        return nextNumber;
    }

    /** A number that is taken. */
    void taken(long number) {
        nextNumber = Math.max(nextNumber, number + 1);
    }
}
