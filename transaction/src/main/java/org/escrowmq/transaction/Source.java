package org.escrowmq.transaction;

/** Who changed where a transaction stands. {@code code} is the number on disk. */
public enum Source {
    /** Its producer, of its own accord. */
    CLIENT(0),
    /** A producer, as the answer to a check. */
    CHECK(1),
    /** An operator. */
    OPERATOR(2),
    /** The server: its checks are used up, or it was open for too long. */
    SERVER(3);

    private final int code;

    Source(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
