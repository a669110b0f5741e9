package org.escrowmq.persistence.journal;

import java.io.IOException;
import org.escrowmq.persistence.WriteAnswer;

/**
 * The commit step: proposals go in from any thread, are decided and applied in one order, and are answered when they are
 * durable and applied <em>here</em>. The local log decides at once; a replicated one proposes to its quorum first and
 * answers from its own apply, with the same state machine behind both.
 */
interface CommitLog extends AutoCloseable {
    /** Is told on the applying thread: keep it short. What comes after the first call is to be ignored. */
    interface Completion {
        /** Decided; if applied, also durable. {@code epoch} and {@code highest} are the writer's after it. */
        void decided(WriteAnswer answer, long epoch, long highest);

        /** The journal has stopped; whether the proposal was applied is unknown. */
        void failed(Throwable cause);
    }

    /** Work that must see the tables between two commit groups and may change them. */
    interface Task {
        void run() throws IOException;
    }

    /** Proposes; applied in the order of the calls. Waits while too much is queued. */
    void propose(Proposal proposal, Completion completion);

    /** Runs {@code task} on the applying thread after everything proposed before. Answers false when it has stopped. */
    boolean execute(Task task);

    /** Whether the applying thread has ended. */
    boolean ended();

    /** Finishes what was proposed and ends the thread. */
    @Override
    void close();
}
