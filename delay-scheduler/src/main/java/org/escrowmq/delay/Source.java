package org.escrowmq.delay;

/** Who changed a waiting message. {@code code} is the number on disk. */
public enum Source {
    /** A client that has its handle. */
    CLIENT(0),
    /** An operator. */
    OPERATOR(1);

    private final int code;

    Source(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
