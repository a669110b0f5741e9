package org.escrowmq.api.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.grpc.Trailers;
import org.apache.pekko.grpc.internal.MissingParameterException;
import org.apache.pekko.grpc.javadsl.MetadataBuilder;
import org.apache.pekko.japi.Function;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where refusals and faults become gRPC statuses of the admin port.
 *
 * <p>A refusal keeps its text and gives its exact code in the trailer {@link #CODE_TRAILER}. What nobody expected becomes
 * INTERNAL with a reference that leads to the server's log; the caller sees neither a stack trace nor a message of ours.
 */
final class StatusTable {
    /** The trailer that holds the name of the {@link RefusalCode}. */
    static final String CODE_TRAILER = "escrow-code";

    /** How the generated handlers say that the path named no method of the service. */
    private static final String NO_METHOD = "Not implemented: ";

    private static final Logger LOG = LoggerFactory.getLogger(StatusTable.class);

    private StatusTable() {}

    /** The gRPC status code of a refusal. */
    static Status.Code codeOf(RefusalCode code) {
        return switch (code) {
            case TOPIC_NOT_FOUND, GROUP_NOT_FOUND, NOT_FOUND, OFFSET_NOT_FOUND -> Status.Code.NOT_FOUND;
            case TOPIC_EXISTS, GROUP_EXISTS -> Status.Code.ALREADY_EXISTS;
            case ILLEGAL_TOPIC,
                    ILLEGAL_GROUP,
                    INVALID_ARGUMENT,
                    INVALID_RECEIPT_HANDLE,
                    INVALID_TRANSACTION_ID,
                    ILLEGAL_OFFSET -> Status.Code.INVALID_ARGUMENT;
            case FORBIDDEN, MESSAGE_TYPE_CONFLICT -> Status.Code.FAILED_PRECONDITION;
            case TOO_MANY_REQUESTS, STORAGE_FULL -> Status.Code.RESOURCE_EXHAUSTED;
            case TIMEOUT -> Status.Code.DEADLINE_EXCEEDED;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
        };
    }

    /** The trailers that end a refused call. */
    static Trailers trailersOf(Refusal refusal) {
        return new Trailers(
                codeOf(refusal.code()).toStatus().withDescription(refusal.text()),
                new MetadataBuilder()
                        .addText(CODE_TRAILER, refusal.code().name())
                        .build());
    }

    /** What the generated handlers call for every failed stage. */
    static Function<ActorSystem, Function<Throwable, Trailers>> mapper() {
        Function<Throwable, Trailers> mapper = StatusTable::trailersOf;
        return system -> mapper;
    }

    private static Trailers trailersOf(Throwable fault) {
        Throwable cause = causeOf(fault);
        if (cause instanceof Rejection rejection) return trailersOf(rejection.refusal());
        if (cause instanceof InvalidProtocolBufferException || cause instanceof MissingParameterException) {
            return new Trailers(Status.INVALID_ARGUMENT.withDescription("the request is not a message of this method"));
        }
        if (cause instanceof UnsupportedOperationException
                && String.valueOf(cause.getMessage()).startsWith(NO_METHOD)) {
            return new Trailers(Status.UNIMPLEMENTED.withDescription("the service has no such method"));
        }
        if (cause instanceof TimeoutException) {
            return new Trailers(Status.DEADLINE_EXCEEDED.withDescription(
                    "no answer in time (escrow.api.admin.call-timeout); the outcome is unknown"));
        }
        if (cause instanceof StatusRuntimeException status) return new Trailers(withoutCause(status.getStatus()));
        if (cause instanceof StatusException status) return new Trailers(withoutCause(status.getStatus()));
        String reference = UUID.randomUUID().toString();
        LOG.error("admin call failed, reference {}", reference, cause);
        return new Trailers(Status.INTERNAL.withDescription("internal error; the server's log has it as " + reference));
    }

    private static Status withoutCause(Status status) {
        Status.Code code = status.getCode();
        String description = status.getDescription();
        return description == null ? code.toStatus() : code.toStatus().withDescription(description);
    }

    private static Throwable causeOf(Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof CompletionException || cause instanceof ExecutionException) {
            Throwable inner = cause.getCause();
            if (inner == null) return cause;
            cause = inner;
        }
        return cause;
    }
}
