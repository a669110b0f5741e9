package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.persistence.PersistenceId;

/**
 * Where a proposal stands in a replicated log, and who put it there. A proposer numbers what it proposes from 1 on and may offer it several
 * times; the first time counts.
 *
 * @param position of the message that holds it
 * @param index within that message
 * @param member who proposed it
 * @param incarnation grows with each start of that member
 * @param number grows by one with each proposal of the incarnation
 */
record Place(long position, int index, int member, long incarnation, long number) {
    /** Stands where a record of the log has the persistence id; no id of users is like it. */
    private static final PersistenceId ID = new PersistenceId("\0");

    private static final int BYTES = 32;

    /** Whether this comes later in the log. */
    boolean isAfter(long otherPosition, int otherIndex) {
        return position > otherPosition || (position == otherPosition && index > otherIndex);
    }

    /** The record of this. */
    Proposal record() {
        return new Proposal(RecordKind.PLACE, ID, incarnation, number, position, index, 0, List.of());
    }

    /** What the record of {@code member} says. */
    static Place of(Proposal record, long member) {
        return new Place(
                record.from(), Math.toIntExact(record.to()), Math.toIntExact(member), record.epoch(), record.after());
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(position)
                .putInt(index)
                .putInt(member)
                .putLong(incarnation)
                .putLong(number)
                .array();
    }

    static Place decode(byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row);
        return new Place(in.getLong(), in.getInt(), in.getInt(), in.getLong(), in.getLong());
    }
}
