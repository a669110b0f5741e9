package org.escrowmq.systemtests.history;

/** What must not have happened: which invariant, which message (or empty), and what was seen. */
public record Violation(Invariant invariant, String key, String seen) {
    @Override
    public String toString() {
        return invariant + (key.isEmpty() ? "" : " message " + key) + ": " + seen;
    }
}
