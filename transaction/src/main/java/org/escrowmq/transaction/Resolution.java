package org.escrowmq.transaction;

/** How a transaction may be decided. */
public enum Resolution {
    COMMIT(TransactionState.COMMITTED),
    ROLLBACK(TransactionState.ROLLED_BACK);

    private final TransactionState leadsTo;

    Resolution(TransactionState leadsTo) {
        this.leadsTo = leadsTo;
    }

    /** The state of a transaction that is decided so. */
    public TransactionState leadsTo() {
        return leadsTo;
    }
}
