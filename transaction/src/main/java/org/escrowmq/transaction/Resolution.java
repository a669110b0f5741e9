package org.escrowmq.transaction;

/** How a transaction may be decided. {@code code} is the number on disk. */
public enum Resolution {
    COMMIT(0, TransactionState.COMMITTED),
    ROLLBACK(1, TransactionState.ROLLED_BACK);

    private final int code;
    private final TransactionState leadsTo;

    Resolution(int code, TransactionState leadsTo) {
        this.code = code;
        this.leadsTo = leadsTo;
    }

    int code() {
        return code;
    }

    /** The state of a transaction that is decided so. */
    public TransactionState leadsTo() {
        return leadsTo;
    }
}
