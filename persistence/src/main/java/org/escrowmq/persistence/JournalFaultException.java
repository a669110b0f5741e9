package org.escrowmq.persistence;

/** The journal has stopped, by a fault or because it was closed. Whether the write was applied is unknown. */
public final class JournalFaultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A stop by a fault. */
    public JournalFaultException(String what, Throwable cause) {
        super(what, cause);
    }

    /** A stop without one. */
    public JournalFaultException(String what) {
        super(what);
    }
}
