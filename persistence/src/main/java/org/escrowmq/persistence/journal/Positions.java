package org.escrowmq.persistence.journal;

import org.escrowmq.persistence.log.LogPosition;

/** Positions as an operator reads them. */
final class Positions {
    private Positions() {}

    static String text(long packed) {
        LogPosition position = new LogPosition(packed);
        return "stream " + position.stream() + ", segment " + position.segment() + ", byte " + position.offset();
    }
}
