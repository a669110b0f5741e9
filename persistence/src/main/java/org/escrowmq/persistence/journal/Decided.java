package org.escrowmq.persistence.journal;

/**
 * A proposal that was applied, with what its writer's state was right after it (later proposals of the same commit group move
 * {@code state} on).
 *
 * @param writer the writer's number
 * @param revision which change of the writer this is
 * @param state the live state; only its wake time is read here
 */
record Decided(Proposal proposal, WriterState state, long writer, long revision, long epoch, long trimmed) {
    static Decided of(Proposal proposal, WriterState state) {
        return new Decided(proposal, state, state.number, state.revision, state.epoch, state.trimmed);
    }
}
