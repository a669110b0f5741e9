package org.escrowmq.systemtests.history;

import java.util.function.Consumer;

/** One invariant as a pure function of a history. */
interface Rule {
    void check(History history, Limits limits, Consumer<Violation> violations);
}
