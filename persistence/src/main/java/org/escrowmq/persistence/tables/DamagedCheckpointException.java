package org.escrowmq.persistence.tables;

import java.io.IOException;

/** A checkpoint or image does not agree with its own checksums. An older one, or the log, takes its place. */
public final class DamagedCheckpointException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedCheckpointException(String detail) {
        super(detail);
    }

    DamagedCheckpointException(String detail, Throwable cause) {
        super(detail, cause);
    }
}
