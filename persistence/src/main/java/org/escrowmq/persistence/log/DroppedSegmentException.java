package org.escrowmq.persistence.log;

import java.io.IOException;

/** The position was in a segment that has been dropped. Whoever holds it looks the record up again, or it is gone. */
public final class DroppedSegmentException extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code detail} names the position. */
    public DroppedSegmentException(String detail) {
        super(detail);
    }
}
