package org.escrowmq.api.admin;

import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/** A {@link Refusal} on its way through stages to the caller. It carries no stack trace: it is an answer, not a fault. */
final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Rejection(Refusal refusal) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    Rejection(RefusalCode code, String text) {
        this(new Refusal(code, text));
    }

    /** The caller sent something that no state of the server would accept. */
    static Rejection invalid(String text) {
        return new Rejection(RefusalCode.INVALID_ARGUMENT, text);
    }

    Refusal refusal() {
        return refusal;
    }
}
