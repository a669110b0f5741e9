package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.PullMessageResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.escrowmq.api.transport.Connection;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams.Pull;
import org.escrowmq.cluster.QueueStreams.PullQuery;
import org.escrowmq.cluster.QueueStreams.Pulled;
import org.escrowmq.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One pull, from its request to the end of its stream: status, messages, next offset (a refusal: the status alone). Owned by the
 * connection's event loop: everything here runs on it. Nothing is leased, so a client that goes away leaves nothing to give back.
 */
final class PullCall extends ServerCall.Listener<PullMessageRequest> {
    private static final PullMessageResponse FOUND =
            PullMessageResponse.newBuilder().setStatus(Statuses.OK).build();
    private static final PullMessageResponse NOTHING = PullMessageResponse.newBuilder()
            .setStatus(Statuses.of(Code.MESSAGE_NOT_FOUND, "no message arrived while the pull waited"))
            .build();

    private final Pulling pulling;
    private final ServerCall<PullMessageRequest, PullMessageResponse> call;
    private final Caller caller;
    private final Executor eventLoop;
    private @Nullable PullMessageRequest request;
    private @Nullable PullQuery query;
    private @Nullable Pull pull;
    private boolean answered;

    PullCall(Pulling pulling, ServerCall<PullMessageRequest, PullMessageResponse> call, Caller caller) {
        this.pulling = pulling;
        this.call = call;
        this.caller = caller;
        this.eventLoop = Connection.eventLoop(call.getAttributes());
    }

    @Override
    public void onMessage(PullMessageRequest message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        PullMessageRequest received = request;
        if (received == null) {
            answered = true;
            call.close(io.grpc.Status.INVALID_ARGUMENT.withDescription("a call needs a request"), new Metadata());
            return;
        }
        try {
            begin(received);
        } catch (RuntimeException e) {
            refuse(Faults.answer("PullMessage", caller, e));
        }
    }

    @Override
    public void onCancel() {
        answered = true;
        pulling.ended(this);
        if (pull != null) pull.cancel();
    }

    /** The server stops: a waiting pull is answered with nothing found. Any thread. */
    void endEmpty() {
        eventLoop.execute(() -> {
            if (answered || pull == null || query == null) return;
            pull.cancel();
            answer(new Pulled(List.of(), query.from()));
        });
    }

    private void begin(PullMessageRequest received) {
        Pulling.Checked checked = pulling.check(caller, received, remaining());
        query = checked.query();
        if (query == null) {
            refuse(checked.refusal());
            return;
        }
        pull = pulling.begin(this, caller, query);
        if (pull == null) {
            refuse(pulling.tooMany());
            return;
        }
        pull.messages()
                .handleAsync(
                        (outcome, failure) -> {
                            completed(outcome, failure);
                            return answered;
                        },
                        eventLoop)
                .exceptionally(this::broken);
        if (pulling.stopping()) endEmpty();
    }

    private void completed(@Nullable Outcome<Pulled> outcome, @Nullable Throwable failure) {
        if (answered) return;
        if (outcome instanceof Outcome.Done<Pulled> done) {
            answer(done.value());
        } else if (outcome instanceof Outcome.Refused<Pulled> refused) {
            refuse(Statuses.of(refused.refusal()));
        } else {
            refuse(Faults.answer(
                    "PullMessage", caller, failure == null ? new NullPointerException("no outcome") : failure));
        }
    }

    private void answer(Pulled pulled) {
        ended();
        if (call.isCancelled()) return;
        pulling.delivered(Objects.requireNonNull(query), pulled.messages());
        Resource topic = Objects.requireNonNull(request).getMessageQueue().getTopic();
        call.sendHeaders(new Metadata());
        call.sendMessage(pulled.messages().isEmpty() ? NOTHING : FOUND);
        for (StoredMessage message : pulled.messages()) {
            call.sendMessage(PullMessageResponse.newBuilder()
                    .setMessage(pulling.deliveries().stored(topic, message))
                    .build());
        }
        call.sendMessage(PullMessageResponse.newBuilder()
                .setNextOffset(pulled.next().value())
                .build());
        call.close(io.grpc.Status.OK, new Metadata());
    }

    private void refuse(Status status) {
        ended();
        if (call.isCancelled()) return;
        call.sendHeaders(new Metadata());
        call.sendMessage(PullMessageResponse.newBuilder().setStatus(status).build());
        call.close(io.grpc.Status.OK, new Metadata());
    }

    /** A bug while the answer was written: the stream breaks, and the client pulls again. */
    private boolean broken(Throwable bug) {
        Status status = Faults.answer("PullMessage", caller, bug);
        ended();
        call.close(io.grpc.Status.INTERNAL.withDescription(status.getMessage()), new Metadata());
        return answered;
    }

    private void ended() {
        answered = true;
        pulling.ended(this);
    }

    /** Until the call's deadline; null when it has none. */
    private static @Nullable Duration remaining() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? null : Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS));
    }
}
