package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.escrowmq.api.transport.Connection;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.Poll;
import org.escrowmq.cluster.MessageExchange.ReceiveQuery;
import org.escrowmq.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One receive, from its request to the end of its stream. Owned by the connection's event loop: everything here runs on it.
 *
 * <pre>
 * NEW      --request refused-->            ANSWERED
 * NEW      --poll begun-->                 WAITING
 * WAITING  --deliveries, none, refusal-->  ANSWERED     status, messages, delivery_timestamp, end
 * WAITING  --server stops-->               ANSWERED     nothing found
 * WAITING  --client gone-->                OVER         the poll is cancelled
 * ANSWERED --stream written-->             OVER
 * ANSWERED --client gone before that-->    OVER         the deliveries are given back
 * </pre>
 */
final class ReceiveCall extends ServerCall.Listener<ReceiveMessageRequest> {
    private static final ReceiveMessageResponse FOUND =
            ReceiveMessageResponse.newBuilder().setStatus(Statuses.OK).build();
    private static final Status NOTHING =
            Statuses.of(Code.MESSAGE_NOT_FOUND, "no message arrived while the receive waited");

    private enum Phase {
        NEW,
        WAITING,
        ANSWERED,
        OVER
    }

    private final Receiving receiving;
    private final ServerCall<ReceiveMessageRequest, ReceiveMessageResponse> call;
    private final Caller caller;
    private final Executor eventLoop;
    private Phase phase = Phase.NEW;
    private @Nullable ReceiveMessageRequest request;
    private @Nullable Poll poll;
    private List<Delivery> written = List.of();

    ReceiveCall(Receiving receiving, ServerCall<ReceiveMessageRequest, ReceiveMessageResponse> call, Caller caller) {
        this.receiving = receiving;
        this.call = call;
        this.caller = caller;
        this.eventLoop = Connection.eventLoop(call.getAttributes());
    }

    @Override
    public void onMessage(ReceiveMessageRequest message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        ReceiveMessageRequest received = request;
        if (received == null) {
            phase = Phase.OVER;
            call.close(io.grpc.Status.INVALID_ARGUMENT.withDescription("a call needs a request"), new Metadata());
            return;
        }
        try {
            begin(received);
        } catch (RuntimeException e) {
            answerWithout(Faults.answer("ReceiveMessage", caller, e));
        }
    }

    @Override
    public void onCancel() {
        Phase before = phase;
        phase = Phase.OVER;
        receiving.ended(this);
        if (poll == null) return;
        if (before == Phase.WAITING) poll.cancel();
        if (before == Phase.ANSWERED && !written.isEmpty()) poll.giveBack(written);
    }

    @Override
    public void onComplete() {
        phase = Phase.OVER;
        written = List.of();
    }

    /** The server stops: a waiting receive is answered with nothing found. Any thread. */
    void endEmpty() {
        eventLoop.execute(() -> {
            if (phase != Phase.WAITING || poll == null) return;
            poll.cancel();
            answerWithout(NOTHING);
        });
    }

    private void begin(ReceiveMessageRequest received) {
        Receiving.Checked checked = receiving.check(caller, received, remaining());
        ReceiveQuery query = checked.query();
        if (query == null) {
            answerWithout(checked.refusal() == null ? NOTHING : checked.refusal());
            return;
        }
        poll = receiving.begin(this, query);
        if (poll == null) {
            answerWithout(receiving.tooMany());
            return;
        }
        phase = Phase.WAITING;
        Resource topic = received.getMessageQueue().getTopic();
        poll.deliveries()
                .handleAsync(
                        (outcome, failure) -> {
                            answer(topic, outcome, failure);
                            return phase;
                        },
                        eventLoop)
                .exceptionally(this::broken);
        if (receiving.stopping()) endEmpty();
    }

    private void answer(Resource topic, @Nullable Outcome<List<Delivery>> outcome, @Nullable Throwable failure) {
        if (outcome == null) {
            if (phase == Phase.WAITING) {
                Throwable cause = failure == null ? new NullPointerException("no outcome") : failure;
                answerWithout(Faults.answer("ReceiveMessage", caller, cause));
            }
            return;
        }
        List<Delivery> found = outcome.fold(deliveries -> deliveries, refusal -> List.of());
        if (phase != Phase.WAITING) {
            // Granted while the client went away: the cancellation and the grant met on the way.
            if (!found.isEmpty() && poll != null) poll.giveBack(found);
        } else if (found.isEmpty()) {
            answerWithout(outcome.fold(deliveries -> NOTHING, Statuses::of));
        } else {
            answerWith(topic, found);
        }
    }

    /** A bug while the answer was written: the stream breaks, and what it was to carry goes back. */
    private Phase broken(Throwable bug) {
        Status status = Faults.answer("ReceiveMessage", caller, bug);
        if (poll != null && !written.isEmpty()) poll.giveBack(written);
        written = List.of();
        receiving.ended(this);
        phase = Phase.OVER;
        call.close(io.grpc.Status.INTERNAL.withDescription(status.getMessage()), new Metadata());
        return phase;
    }

    private void answerWith(Resource topic, List<Delivery> found) {
        receiving.ended(this);
        phase = Phase.ANSWERED;
        written = found;
        call.sendHeaders(new Metadata());
        call.sendMessage(FOUND);
        for (Delivery delivery : found) {
            call.sendMessage(ReceiveMessageResponse.newBuilder()
                    .setMessage(receiving.deliveries().message(topic, delivery))
                    .build());
        }
        end();
    }

    private void answerWithout(Status status) {
        receiving.ended(this);
        phase = Phase.ANSWERED;
        if (call.isCancelled()) return;
        call.sendHeaders(new Metadata());
        call.sendMessage(ReceiveMessageResponse.newBuilder().setStatus(status).build());
        if (status.getCode() == Code.MESSAGE_NOT_FOUND) {
            end();
        } else {
            call.close(io.grpc.Status.OK, new Metadata());
        }
    }

    private void end() {
        call.sendMessage(ReceiveMessageResponse.newBuilder()
                .setDeliveryTimestamp(WireTimes.timestamp(receiving.nowMillis()))
                .build());
        call.close(io.grpc.Status.OK, new Metadata());
    }

    /** Until the call's deadline; null when it has none. */
    private static @Nullable Duration remaining() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? null : Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS));
    }
}
