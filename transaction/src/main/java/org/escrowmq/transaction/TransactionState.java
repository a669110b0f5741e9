package org.escrowmq.transaction;

/** Where a transaction stands. The last two are final: a decision is made once. {@code code} is the number on disk. */
public enum TransactionState {
    /** Undecided; its producers are asked at its times. */
    OPEN(0),
    /** Undecided, and nobody is asked any more: an operator decides. */
    PARKED(1),
    /** Decided: its message is visible. */
    COMMITTED(2),
    /** Decided: its message never becomes visible. */
    ROLLED_BACK(3);

    private final int code;

    TransactionState(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether it is decided. */
    public boolean isDecided() {
        return this == COMMITTED || this == ROLLED_BACK;
    }
}
