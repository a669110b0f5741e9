package org.escrowmq.persistence.tables;

/** LevelDB failed or is closed. The store stops; the next start builds the tables anew. */
public final class TablesFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code detail} says what was attempted. */
    public TablesFault(String detail, Throwable cause) {
        super(detail, cause);
    }

    TablesFault(String detail) {
        super(detail);
    }
}
