package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request and one response. The answer may come on any thread. Whatever happens, the client gets a
 * response with a status.
 */
final class UnaryCall<Q extends Message, R> implements ServerCallHandler<Q, R> {
    /** What the call does. */
    interface Operation<Q, R> {
        /** Runs on the event loop and does not block. */
        CompletionStage<R> answer(Caller caller, Q request);
    }

    private final String method;
    private final WireMarshaller<Q> marshaller;
    private final Door door;
    private final Gate gate;
    private final Operation<Q, R> operation;
    private final Function<Q, Function<Status, R>> refusals;

    private UnaryCall(
            String method,
            WireMarshaller<Q> marshaller,
            Door door,
            Gate gate,
            Operation<Q, R> operation,
            Function<Q, Function<Status, R>> refusals) {
        this.method = method;
        this.marshaller = marshaller;
        this.door = door;
        this.gate = gate;
        this.operation = operation;
        this.refusals = refusals;
    }

    /** The method with this operation behind it; {@code refusal} makes a response out of a request and the status of its failure. */
    static <Q extends Message, R> ServerMethodDefinition<Q, R> define(
            MethodDescriptor<Q, R> method, Door door, Operation<Q, R> operation, BiFunction<Q, Status, R> refusal) {
        return define(method, door, Gate.OPEN, operation, request -> status -> refusal.apply(request, status));
    }

    /**
     * The same with a gate that refuses before a request is read. {@code refusal} needs no request, so nothing holds on to one while
     * an answer is awaited.
     */
    static <Q extends Message, R> ServerMethodDefinition<Q, R> defineGated(
            MethodDescriptor<Q, R> method,
            Door door,
            Gate gate,
            Operation<Q, R> operation,
            Function<Status, R> refusal) {
        return define(method, door, gate, operation, request -> refusal);
    }

    private static <Q extends Message, R> ServerMethodDefinition<Q, R> define(
            MethodDescriptor<Q, R> method,
            Door door,
            Gate gate,
            Operation<Q, R> operation,
            Function<Q, Function<Status, R>> refusals) {
        WireMarshaller<Q> marshaller = new WireMarshaller<>(method.getRequestMarshaller(), gate);
        String name = String.valueOf(method.getBareMethodName());
        return ServerMethodDefinition.create(
                method.toBuilder(marshaller, method.getResponseMarshaller()).build(),
                new UnaryCall<>(name, marshaller, door, gate, operation, refusals));
    }

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
        call.request(2); // the request, and a second one that would be against the protocol
        return new Exchange(call, new Caller(headers, call.getAttributes()));
    }

    private final class Exchange extends ServerCall.Listener<Q> {
        private final ServerCall<Q, R> call;
        private final Caller caller;
        private @Nullable Q request;

        Exchange(ServerCall<Q, R> call, Caller caller) {
            this.call = call;
            this.caller = caller;
        }

        @Override
        public void onMessage(Q message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            Q received = request;
            if (received == null) {
                call.close(io.grpc.Status.INVALID_ARGUMENT.withDescription("a call needs a request"), new Metadata());
                return;
            }
            request = null; // a body may be large, and an answer may take its time
            Function<Status, R> refusal = refusals.apply(received);
            Status refused = door.check(caller);
            if (refused == null && marshaller.isMalformed(received)) {
                refused = Statuses.of(Code.BAD_REQUEST, "the bytes are no request of " + method);
            }
            if (refused != null) {
                respond(refusal.apply(refused));
            } else if (marshaller.isUnread(received)) {
                answer(gate.refusal().thenApply(refusal), refusal);
            } else {
                answer(received, refusal);
            }
        }

        private void answer(Q received, Function<Status, R> refusal) {
            CompletionStage<R> answer;
            try {
                answer = operation.answer(caller, received);
            } catch (RuntimeException e) {
                respond(refusal.apply(Faults.answer(method, caller, e)));
                return;
            }
            answer(answer, refusal);
        }

        private void answer(CompletionStage<R> answer, Function<Status, R> refusal) {
            answer.whenComplete((response, failure) ->
                    respond(failure == null ? response : refusal.apply(Faults.answer(method, caller, failure))));
        }

        private void respond(R response) {
            if (call.isCancelled()) return;
            call.sendHeaders(new Metadata());
            call.sendMessage(response);
            call.close(io.grpc.Status.OK, new Metadata());
        }
    }
}
