package org.escrowmq.ops.cli;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;

/** What a failed call means for the person at the command line. */
final class GrpcFailures {
    private static final Metadata.Key<String> REFUSAL_CODE =
            Metadata.Key.of("escrow-code", Metadata.ASCII_STRING_MARSHALLER);

    private GrpcFailures() {}

    /** The failure to end with. {@code service} and {@code option} name what was called and what chooses the address. */
    static Failure of(StatusRuntimeException e, String service, HostPort address, String option) {
        Status status = e.getStatus();
        String text = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        if (saidByEscrow(e)) return new Failure(ofRefusal(status.getCode()), text, e);
        return switch (status.getCode()) {
            case NOT_FOUND -> new Failure(ExitCode.NOT_FOUND, text, e);
            case DEADLINE_EXCEEDED, CANCELLED ->
                new Failure(
                        ExitCode.UNKNOWN_OUTCOME,
                        "no answer from the " + service + " at " + address
                                + " in time: it may or may not have happened. Wait longer with --timeout.",
                        e);
            case UNAVAILABLE -> unavailable(e, text, service, address, option);
            case UNIMPLEMENTED ->
                new Failure(
                        ExitCode.REFUSED,
                        "what answers at " + address + " does not know this request (" + text + "). Is it the "
                                + service + " of an Escrow of this release? Another address: " + option + " HOST:PORT",
                        e);
            case OK, UNKNOWN, INTERNAL, DATA_LOSS -> new Failure(ExitCode.ERROR, "the server failed: " + text, e);
            case INVALID_ARGUMENT,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNAUTHENTICATED -> new Failure(ExitCode.REFUSED, text, e);
        };
    }

    private static ExitCode ofRefusal(Status.Code code) {
        if (code == Status.Code.NOT_FOUND) return ExitCode.NOT_FOUND;
        return code == Status.Code.DEADLINE_EXCEEDED ? ExitCode.UNKNOWN_OUTCOME : ExitCode.REFUSED;
    }

    /** A refusal of the admin service names its exact code in a trailer; what the transport makes up has none. */
    private static boolean saidByEscrow(StatusRuntimeException e) {
        return e.getTrailers() != null && e.getTrailers().containsKey(REFUSAL_CODE);
    }

    private static Failure unavailable(
            StatusRuntimeException e, String text, String service, HostPort address, String option) {
        Throwable cause = e.getStatus().getCause();
        String why = cause == null ? text : String.valueOf(cause.getMessage());
        return new Failure(
                ExitCode.UNREACHABLE,
                "cannot reach the " + service + " at " + address + " (" + why + ").\n"
                        + "Start a server with: escrow dev\n"
                        + "or name another one with: " + option + " HOST:PORT",
                e);
    }
}
