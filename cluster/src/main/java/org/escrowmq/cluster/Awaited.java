package org.escrowmq.cluster;

import org.escrowmq.model.Refusal;

/** A message between actors whose sender waits for an answer. Whoever finds it undeliverable refuses it. */
public interface Awaited {
    /** Answers that nothing was done. Does nothing where it was answered before. */
    void refuse(Refusal why);
}
