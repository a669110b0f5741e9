package org.escrowmq.ops.server;

import com.typesafe.config.ConfigException;
import java.net.BindException;
import java.util.Map;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;

/** Why a start failed, as an exit code and a text for a person. */
final class StartFailures {
    /** Faults of the store by the simple name of their type: the type itself belongs to the store's inner packages. */
    private static final Map<String, ExitCode> BY_TYPE = Map.of();

    private StartFailures() {}

    /** The failure that the process ends with. */
    static Failure of(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof Failure failure) return failure;
            if (cause instanceof ConfigException || cause instanceof IllegalArgumentException) {
                return new Failure(ExitCode.CONFIGURATION, "the configuration is refused: " + cause.getMessage(), fault);
            }
            if (cause instanceof BindException) {
                return new Failure(
                        ExitCode.ADDRESS_IN_USE,
                        "cannot listen: " + cause.getMessage()
                                + ". Another server may run there; other ports are chosen by " + "escrow.api.messaging.port"
                                + " and escrow.api.admin.port (dev: --port, --admin-port).",
                        fault);
            }
            ExitCode code = BY_TYPE.get(cause.getClass().getSimpleName());
            if (code != null) return new Failure(code, String.valueOf(cause.getMessage()), fault);
        }
        return new Failure(ExitCode.ERROR, "the start failed: " + fault, fault);
    }
}
