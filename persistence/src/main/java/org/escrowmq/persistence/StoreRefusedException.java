package org.escrowmq.persistence;

import java.io.IOException;

/** The store's folder cannot be opened as it is. The text tells a person what to do. */
public final class StoreRefusedException extends IOException {
    /** Why; the server ends with a code of its own for each. */
    public enum Reason {
        /** Another process runs on it. */
        LOCKED,
        /** It was written by a newer release. */
        NEWER_FORMAT,
        /** A file that says what the others are is missing or damaged. */
        DAMAGED
    }

    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** A refusal. */
    public StoreRefusedException(Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
