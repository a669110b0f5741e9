package org.escrowmq.persistence.journal;

import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.jspecify.annotations.Nullable;

/**
 * One writer a persistence id, contiguous numbers. Pure: what it says depends on the proposals before and on nothing else, so
 * every member says the same. A proposal that is APPLIED has moved the writer's state; every other answer changes nothing.
 *
 * <pre>
 *   proposal   writer's state                                    answer
 *   any        fenced                                            FENCED
 *   claim      any                                               APPLIED: epoch + 1 (after a deletion also a new number)
 *   other      epoch is not the last claim's, or deleted         REFUSED (a repeated delete: DUPLICATE)
 *   entries    after = highest                                   APPLIED
 *   entries    after > highest                                   GAP
 *   entries    all there with this epoch and checksum            DUPLICATE
 *   entries    any number taken by other content                 REFUSED
 *   trim       up to what is given up already                    DUPLICATE
 *   trim       beyond (cut to highest)                           APPLIED
 *   others     -                                                 APPLIED
 * </pre>
 */
final class JournalStateMachine {
    /** What identifies a stored entry. */
    interface StoredEntries {
        /** The entry's row, or null. */
        @Nullable
        EntryRow row(long writer, long number);
    }

    private final WriterStates writers;
    private final StoredEntries stored;
    private Fences fences = Fences.NONE;

    JournalStateMachine(WriterStates writers, StoredEntries stored) {
        this.writers = writers;
        this.stored = stored;
    }

    WriterStates writers() {
        return writers;
    }

    Fences fences() {
        return fences;
    }

    void fences(Fences now) {
        fences = now;
    }

    /** Decides {@code proposal} and, if it is applied, moves the writer's state. */
    WriteAnswer decide(Proposal proposal) {
        PersistenceId id = proposal.id();
        if (proposal.kind() == RecordKind.SALVAGE_STORE) return salvageStore();
        WriterState state = writers.of(id);
        if (proposal.kind() == RecordKind.SALVAGE) return salvage(proposal, state);
        if (fences.reason(id, state.number > 0) != null) return WriteAnswer.FENCED;
        WriteAnswer answer = proposal.kind() == RecordKind.CLAIM ? claim(state) : owned(proposal, state);
        if (answer == WriteAnswer.APPLIED) {
            state.decided(proposal.kind());
            applied(id, state);
        }
        return answer;
    }

    /** Whether what the group did must be in the tables first: such a change looks there for the snapshots that are stored. */
    boolean mustSettleBefore(Proposal proposal) {
        return proposal.kind().dropsSnapshots() && writers.of(proposal.id()).changesSnapshots();
    }

    private void applied(PersistenceId id, WriterState state) {
        state.revision++;
        writers.touch(id, state);
    }

    private WriteAnswer claim(WriterState state) {
        state.epoch++;
        if (state.number == 0 || state.deleted) {
            state.number = writers.newNumber();
            state.deleted = false;
        }
        return WriteAnswer.APPLIED;
    }

    private WriteAnswer owned(Proposal proposal, WriterState state) {
        if (proposal.epoch() != state.epoch || state.epoch == 0) return WriteAnswer.REFUSED;
        if (state.deleted) {
            return proposal.kind() == RecordKind.DELETE ? WriteAnswer.DUPLICATE : WriteAnswer.REFUSED;
        }
        return switch (proposal.kind()) {
            case ENTRIES -> entries(proposal, state);
            case TRIM -> trim(proposal, state);
            case DELETE -> delete(state);
            case SNAPSHOT, SNAPSHOT_BESIDE, DROP_SNAPSHOTS -> WriteAnswer.APPLIED;
            case CLAIM, SALVAGE, SALVAGE_STORE, PLACE -> throw new AssertionError("decided before: " + proposal.kind());
        };
    }

    private WriteAnswer entries(Proposal proposal, WriterState state) {
        if (proposal.after() > state.highest) return WriteAnswer.GAP;
        if (proposal.after() < state.highest) return repeated(proposal, state);
        for (int i = 0; i < proposal.contents().size(); i++) {
            int checksum = proposal.contents().get(i).checksum();
            state.decided(new WriterState.Fresh(proposal.from() + i, proposal.epoch(), checksum));
        }
        state.highest = proposal.to();
        return WriteAnswer.APPLIED;
    }

    private WriteAnswer repeated(Proposal proposal, WriterState state) {
        if (proposal.to() > state.highest) return WriteAnswer.REFUSED;
        for (int i = 0; i < proposal.contents().size(); i++) {
            int checksum = proposal.contents().get(i).checksum();
            if (!same(state, proposal.from() + i, proposal.epoch(), checksum)) return WriteAnswer.REFUSED;
        }
        return WriteAnswer.DUPLICATE;
    }

    private boolean same(WriterState state, long number, long epoch, int checksum) {
        WriterState.Fresh fresh = state.fresh(number);
        if (fresh != null) return fresh.epoch() == epoch && fresh.checksum() == checksum;
        EntryRow row = stored.row(state.number, number);
        return row != null && row.epoch() == epoch && row.checksum() == checksum;
    }

    private static WriteAnswer trim(Proposal proposal, WriterState state) {
        long upTo = Math.min(proposal.to(), state.highest);
        if (upTo <= state.trimmed) return WriteAnswer.DUPLICATE;
        state.trimmed = upTo;
        return WriteAnswer.APPLIED;
    }

    private static WriteAnswer delete(WriterState state) {
        state.deleted = true;
        state.highest = 0;
        state.trimmed = 0;
        return WriteAnswer.APPLIED;
    }

    private WriteAnswer salvage(Proposal proposal, WriterState state) {
        fences = fences.without(proposal.id());
        if (state.number == 0) state.number = writers.newNumber();
        state.highest = Math.max(state.highest, proposal.to());
        state.epoch = Math.max(state.epoch, proposal.epoch());
        applied(proposal.id(), state);
        return WriteAnswer.APPLIED;
    }

    private WriteAnswer salvageStore() {
        fences = fences.attributedOnly();
        return WriteAnswer.APPLIED;
    }

    /**
     * Takes a record that the log holds, in the order of the log. A hole in the writer's revisions is a loss: the writer is
     * fenced and follows what the record says.
     */
    void recover(Proposal proposal, long writer, long revision) {
        if (proposal.kind() == RecordKind.SALVAGE || proposal.kind() == RecordKind.SALVAGE_STORE) {
            decide(proposal);
            if (proposal.kind() == RecordKind.SALVAGE) writers.of(proposal.id()).revision = revision;
            return;
        }
        Fences before = fences;
        fences = Fences.NONE;
        WriterState state = writers.of(proposal.id());
        long expected = state.revision + 1;
        writers.taken(writer - 1);
        boolean follows = revision == expected && decide(proposal) == WriteAnswer.APPLIED;
        boolean agrees = follows && state.number == writer && agrees(proposal, state);
        fences = before;
        if (agrees) return;
        adopt(proposal, state, writer, revision);
        fences = fences.with(
                proposal.id(), "the log holds change " + revision + " of it after change " + (expected - 1));
    }

    private static boolean agrees(Proposal proposal, WriterState state) {
        return proposal.kind() != RecordKind.CLAIM || proposal.epoch() == state.epoch;
    }

    private void adopt(Proposal proposal, WriterState state, long writer, long revision) {
        state.number = writer;
        writers.taken(writer);
        state.revision = revision;
        state.epoch = Math.max(state.epoch, proposal.epoch());
        state.deleted = proposal.kind() == RecordKind.DELETE;
        state.decided(proposal.kind());
        switch (proposal.kind()) {
            case ENTRIES -> state.highest = Math.max(state.highest, proposal.to());
            case TRIM -> state.trimmed = Math.max(state.trimmed, proposal.to());
            case CLAIM, DELETE, SNAPSHOT, SNAPSHOT_BESIDE, DROP_SNAPSHOTS, SALVAGE, SALVAGE_STORE, PLACE -> {}
        }
        writers.touch(proposal.id(), state);
    }
}
