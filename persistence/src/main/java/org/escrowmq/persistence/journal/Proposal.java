package org.escrowmq.persistence.journal;

import java.util.List;
import org.escrowmq.persistence.PersistenceId;

/**
 * What a writer asks of the journal, complete: applying it needs no clock and nothing else that could differ between members.
 *
 * @param epoch the writer's; of a claim the one that results, or 0 while it is not decided
 * @param after of entries: the writer's entry before them, usually {@code from - 1}; numbers between stay unused
 * @param from the first number spoken of: an entry's, or a snapshot's; 0 where there is none
 * @param to the last number spoken of: of a run of entries, of a trim, of a range of snapshots
 * @param timeMillis the server's clock when it was proposed
 * @param contents what is stored: an entry each, or one snapshot
 */
record Proposal(
        RecordKind kind,
        PersistenceId id,
        long epoch,
        long after,
        long from,
        long to,
        long timeMillis,
        List<EntryContent> contents) {
    private static final int FRAME_BYTES = 24;

    static Proposal claim(PersistenceId id, long timeMillis) {
        return new Proposal(RecordKind.CLAIM, id, 0, 0, 0, 0, timeMillis, List.of());
    }

    static Proposal entries(
            PersistenceId id, long epoch, long after, long first, List<EntryContent> contents, long timeMillis) {
        return new Proposal(
                RecordKind.ENTRIES, id, epoch, after, first, first + contents.size() - 1, timeMillis, contents);
    }

    static Proposal of(RecordKind kind, PersistenceId id, long epoch, long from, long to, long timeMillis) {
        return new Proposal(kind, id, epoch, 0, from, to, timeMillis, List.of());
    }

    static Proposal snapshot(
            RecordKind kind, PersistenceId id, long epoch, long upTo, EntryContent state, long timeMillis) {
        return new Proposal(kind, id, epoch, 0, upTo, upTo, timeMillis, List.of(state));
    }

    /** Bytes it takes in the log, or a little more. */
    long bytes() {
        long header = RecordHeader.FIXED_BYTES + FRAME_BYTES + 3L * id.value().length();
        long bytes = contents.isEmpty() ? header : 0;
        for (EntryContent content : contents)
            bytes += content.layout().bytes() + content.layout().parts() * header;
        return bytes;
    }
}
