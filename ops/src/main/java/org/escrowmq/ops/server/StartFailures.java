package org.escrowmq.ops.server;

import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.persistence.StoreRefusedException;
import org.escrowmq.persistence.log.CorruptRecordException;

/** Why a start failed, as an exit code and a text for a person. */
public final class StartFailures {
    private StartFailures() {}

    /** The failure that the process ends with: the first cause that says more than "it failed". */
    public static Failure of(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            Failure known = known(cause, fault);
            if (known != null) return known;
        }
        if (fault instanceof IOException || fault instanceof UncheckedIOException) {
            Throwable told = fault.getCause() instanceof IOException inner ? inner : fault;
            return new Failure(ExitCode.ERROR, String.valueOf(told.getMessage()), fault);
        }
        return new Failure(ExitCode.ERROR, "the start failed: " + fault, fault);
    }

    private static @org.jspecify.annotations.Nullable Failure known(Throwable cause, Throwable fault) {
        String text = String.valueOf(cause.getMessage());
        if (cause instanceof Failure failure) return failure;
        if (cause instanceof StoreRefusedException refused) return new Failure(codeOf(refused.reason()), text, fault);
        if (cause instanceof CorruptRecordException) {
            return new Failure(
                    ExitCode.DAMAGED_DATA,
                    "stored data is damaged: " + text + "\nescrow journal check says what is concerned.",
                    fault);
        }
        if (cause instanceof ConfigException) return configuration(text, fault);
        // Netty and Pekko report a taken port in exceptions of their own, with the system's one behind or quoted.
        if (cause instanceof BindException || text.contains("Address already in use")) {
            return new Failure(
                    ExitCode.ADDRESS_IN_USE,
                    "cannot listen: " + text
                            + "\nAnother server may run there. Other ports: escrow.api.messaging.port and"
                            + " escrow.api.admin.port (dev: --port and --admin-port).",
                    fault);
        }
        return null;
    }

    /** A value that a module's settings refuse. */
    static Failure configuration(String text, Throwable fault) {
        return new Failure(ExitCode.CONFIGURATION, "the configuration is refused: " + text, fault);
    }

    private static ExitCode codeOf(StoreRefusedException.Reason reason) {
        return switch (reason) {
            case LOCKED -> ExitCode.FOLDER_LOCKED;
            case NEWER_FORMAT -> ExitCode.NEWER_FORMAT;
            case DAMAGED -> ExitCode.DAMAGED_DATA;
        };
    }
}
