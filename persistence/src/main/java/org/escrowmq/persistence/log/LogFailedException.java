package org.escrowmq.persistence.log;

import java.io.IOException;

/** A write or sync failed before, so what is on disk is not known, and the log takes nothing any more. Only a restart helps. */
public final class LogFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code cause} is the first failure. */
    public LogFailedException(IOException cause) {
        super("the log failed earlier: " + cause.getMessage(), cause);
    }
}
