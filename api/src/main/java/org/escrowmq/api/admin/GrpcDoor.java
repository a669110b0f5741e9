package org.escrowmq.api.admin;

import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * What every gRPC call passes before its service sees it. Bounds what a caller can cost: calls at once, bytes and time of a
 * request; compressed requests are refused, since a small one can unfold without bound. A request that is one message is
 * collected here and its frame checked, so that services get whole, well-formed frames only.
 */
final class GrpcDoor {
    /** A request above the limit is read to its end before it is refused (a client that is cut off sees no reason), but no further than this. */
    private static final long DRAINED_BYTES_MAX = 64L << 20;

    private static final int FRAME_HEAD_BYTES = 5;

    /**
     * One gRPC service.
     *
     * @param streams a call may send several messages over time, so its request cannot be collected
     */
    record Service(Function<HttpRequest, CompletionStage<HttpResponse>> handler, boolean streams) {}

    private final ActorSystem system;
    private final AdminSettings settings;
    private final Semaphore calls;

    GrpcDoor(ActorSystem system, AdminSettings settings) {
        this.system = system;
        this.settings = settings;
        this.calls = new Semaphore(settings.callsMax());
    }

    CompletionStage<HttpResponse> enter(HttpRequest request, Service service) {
        Optional<HttpHeader> encoding = request.getHeader("grpc-encoding");
        if (encoding.isPresent() && !encoding.get().value().equals("identity")) {
            return refused(request, refusal(Status.UNIMPLEMENTED, "compressed requests are not taken, only identity"));
        }
        String type = request.entity().getContentType().mediaType().toString();
        if (!type.startsWith("application/grpc") || type.startsWith("application/grpc-web-text")) {
            return refused(request, HttpResponse.create().withStatus(StatusCodes.UNSUPPORTED_MEDIA_TYPE));
        }
        if (!calls.tryAcquire()) {
            return refused(
                    request,
                    refusal(
                            Status.RESOURCE_EXHAUSTED,
                            settings.callsMax()
                                    + " calls are being worked on (escrow.api.admin.calls-max); try again"));
        }
        CompletionStage<HttpResponse> response = service.streams()
                ? handle(service, bounded(request))
                : collected(request).thenCompose(body -> answer(request, service, body));
        return response.exceptionally(GrpcDoor::unreadable).whenComplete((answer, fault) -> calls.release());
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, Service service, Collected body) {
        if (body.size > settings.requestBytesMax()) {
            return CompletableFuture.completedFuture(refusal(
                    Status.RESOURCE_EXHAUSTED,
                    "the request is larger than " + settings.requestBytesMax()
                            + " bytes (escrow.api.admin.request-bytes-max)"));
        }
        if (!oneFrame(body.bytes)) {
            return CompletableFuture.completedFuture(
                    refusal(Status.INVALID_ARGUMENT, "the request is not one uncompressed gRPC message"));
        }
        return handle(
                service, request.withEntity(HttpEntities.create(request.entity().getContentType(), body.bytes)));
    }

    private CompletionStage<Collected> collected(HttpRequest request) {
        return request.entity()
                .getDataBytes()
                .limitWeighted(DRAINED_BYTES_MAX, chunk -> (long) chunk.length())
                .completionTimeout(settings.callTimeout())
                .runWith(
                        Sink.fold(
                                new Collected(ByteString.emptyByteString(), 0),
                                (body, chunk) -> body.plus(chunk, settings.requestBytesMax())),
                        system);
    }

    private HttpRequest bounded(HttpRequest request) {
        return request.withEntity(HttpEntities.createChunked(
                request.entity().getContentType(),
                request.entity().getDataBytes().limitWeighted(settings.requestBytesMax(), chunk ->
                        (long) chunk.length())));
    }

    private CompletionStage<HttpResponse> refused(HttpRequest request, HttpResponse response) {
        request.discardEntityBytes(system);
        return CompletableFuture.completedFuture(response);
    }

    private static CompletionStage<HttpResponse> handle(Service service, HttpRequest request) {
        try {
            return service.handler().apply(request);
        } catch (Exception fault) { // all that a handler declares; here, at the port's edge, it becomes an answer
            return CompletableFuture.failedFuture(fault);
        }
    }

    /** The caller broke off, was too slow or sent without end: whatever it still reads is this. */
    private static HttpResponse unreadable(Throwable fault) {
        return fault instanceof TimeoutException || fault.getCause() instanceof TimeoutException
                ? refusal(
                        Status.DEADLINE_EXCEEDED,
                        "the request was not complete in time (escrow.api.admin.call-timeout)")
                : refusal(Status.CANCELLED, "the request could not be read to its end");
    }

    /** Head: flags (0: not compressed, a message), length; then exactly so many bytes. */
    private static boolean oneFrame(ByteString bytes) {
        if (bytes.length() < FRAME_HEAD_BYTES || bytes.apply(0) != 0) return false;
        int length = 0;
        for (int i = 1; i < FRAME_HEAD_BYTES; i++) length = length << 8 | (bytes.apply(i) & 0xff);
        return length == bytes.length() - FRAME_HEAD_BYTES;
    }

    /** A refusal of ours before any service answered: status and text as headers, no body. */
    private static HttpResponse refusal(Status status, String text) {
        return HttpResponse.create()
                .addHeader(RawHeader.create(
                        "grpc-status", Integer.toString(status.getCode().value())))
                .addHeader(RawHeader.create("grpc-message", text))
                .withEntity(HttpEntities.create(ContentTypes.parse("application/grpc+proto"), new byte[0]));
    }

    /** The bytes so far; dropped once they are too many, while {@code size} counts on. */
    private record Collected(ByteString bytes, long size) {
        Collected plus(ByteString chunk, long bytesMax) {
            long sum = size + chunk.length();
            return new Collected(sum > bytesMax ? ByteString.emptyByteString() : bytes.concat(chunk), sum);
        }
    }
}
