package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What the journal knows of one persistence id; small, and stored as one row, so that an idle id costs no heap. Owned by the
 * thread that applies.
 *
 * <pre>
 *   number:u64 | revision:u64 | epoch:u64 | highest:u64 | trimmed:u64 | wake:u64 | flags:u8 (1 = deleted)
 * </pre>
 */
final class WriterState {
    /** No wish to be woken. */
    static final long NO_WAKE = Long.MIN_VALUE;

    private static final int BYTES = 49;

    /** An entry decided in the commit group that is being made, so not yet in the tables. */
    record Fresh(long number, long epoch, int checksum) {}

    /** Stands for the id in the tables; 0 before the first claim. Another one after a deletion. */
    long number;
    /** Proposals applied. */
    long revision;
    /** The last claim; 0 before the first one. */
    long epoch;
    /** The last entry. */
    long highest;
    /** Entries up to this one were given up. */
    long trimmed;
    /** When the id must be awake. */
    long wakeMillis = NO_WAKE;
    /** Forgotten; only a claim brings it back. */
    boolean deleted;

    /** Whether the commit group that is being made changes snapshots, which are not yet in the tables. */
    private boolean changesSnapshots;

    private final Deque<Fresh> fresh = new ArrayDeque<>(0);

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(number)
                .putLong(revision)
                .putLong(epoch)
                .putLong(highest)
                .putLong(trimmed)
                .putLong(wakeMillis)
                .put((byte) (deleted ? 1 : 0))
                .array();
    }

    static WriterState decode(byte[] bytes) {
        ByteBuffer row = ByteBuffer.wrap(bytes);
        WriterState state = new WriterState();
        state.number = row.getLong();
        state.revision = row.getLong();
        state.epoch = row.getLong();
        state.highest = row.getLong();
        state.trimmed = row.getLong();
        state.wakeMillis = row.getLong();
        state.deleted = row.get() == 1;
        return state;
    }

    /** Whether the group changes snapshots, so that the tables do not show those that are stored. */
    boolean changesSnapshots() {
        return changesSnapshots;
    }

    /** A change of this kind is part of the group. */
    void decided(RecordKind kind) {
        changesSnapshots |= kind.dropsSnapshots() || kind == RecordKind.SNAPSHOT_BESIDE || kind == RecordKind.DELETE;
    }

    void decided(Fresh entry) {
        fresh.addLast(entry);
    }

    @Nullable
    Fresh fresh(long number) {
        for (Fresh entry : fresh) {
            if (entry.number() == number) return entry;
        }
        return null;
    }

    /** The commit group is in the tables. */
    void settled() {
        fresh.clear();
        changesSnapshots = false;
    }
}
