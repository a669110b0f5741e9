package org.escrowmq.persistence;

/**
 * Where faults of the store go: a failed write or fsync, tables that cannot be read. The store has stopped when it is called;
 * the server ends the process with an exit code of its own.
 */
public interface FaultHandler {
    /** Called once, on a thread of the journal. {@code what} says what failed, in one sentence. */
    void fault(String what, Throwable cause);
}
