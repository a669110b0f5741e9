package org.escrowmq.persistence.journal;

import java.util.Arrays;

/** Deals the positions of a group's records out to the contents they belong to. */
final class PositionCursor {
    private static final long[][] NO_CONTENT = {{}};

    private PositionCursor() {}

    /** The positions of the parts of each content, starting with the record {@code at}. */
    static long[][] parts(Proposal proposal, long[] positions, int at) {
        if (proposal.contents().isEmpty()) return NO_CONTENT;
        long[][] parts = new long[proposal.contents().size()][];
        int next = at;
        for (int i = 0; i < parts.length; i++) {
            int count = proposal.contents().get(i).layout().parts();
            parts[i] = Arrays.copyOfRange(positions, next, next + count);
            next += count;
        }
        return parts;
    }

    /** How many records they were. */
    static int count(long[][] parts) {
        if (parts == NO_CONTENT) return 1;
        int count = 0;
        for (long[] positions : parts) count += positions.length;
        return count;
    }
}
