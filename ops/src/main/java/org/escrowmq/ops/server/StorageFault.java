package org.escrowmq.ops.server;

import org.escrowmq.ops.ExitCode;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.log.CorruptRecordException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when the store fails. At once and without shutdown hooks: after a failed fsync nothing may be written or answered
 * any more, and what was acknowledged is on disk already.
 */
final class StorageFault implements FaultHandler {
    @Override
    public void fault(String what, Throwable cause) {
        Logger log = LoggerFactory.getLogger(StorageFault.class);
        ExitCode code = codeOf(cause);
        log.error("{}; the server ends with exit code {} ({})", what, code.code(), code.meaning(), cause);
        System.err.flush();
        Runtime.getRuntime().halt(code.code());
    }

    /** Damaged data is told apart from a disk that fails: the one is repaired, the other replaced. */
    static ExitCode codeOf(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof CorruptRecordException) return ExitCode.DAMAGED_DATA;
        }
        return ExitCode.STORAGE_FAULT;
    }
}
