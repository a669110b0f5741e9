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
    private final Operation<Q, R> operation;
    private final BiFunction<Q, Status, R> refusal;

    private UnaryCall(
            String method,
            WireMarshaller<Q> marshaller,
            Door door,
            Operation<Q, R> operation,
            BiFunction<Q, Status, R> refusal) {
        this.method = method;
        this.marshaller = marshaller;
        this.door = door;
        this.operation = operation;
        this.refusal = refusal;
    }

    /** The method with this operation behind it; {@code refusal} makes a response out of a request and the status of its failure. */
    static <Q extends Message, R> ServerMethodDefinition<Q, R> define(
            MethodDescriptor<Q, R> method, Door door, Operation<Q, R> operation, BiFunction<Q, Status, R> refusal) {
        WireMarshaller<Q> marshaller = new WireMarshaller<>(method.getRequestMarshaller());
        String name = String.valueOf(method.getBareMethodName());
        return ServerMethodDefinition.create(
                method.toBuilder(marshaller, method.getResponseMarshaller()).build(),
                new UnaryCall<>(name, marshaller, door, operation, refusal));
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
            Status refused = door.check(caller);
            if (refused == null && marshaller.isMalformed(received)) {
                refused = Statuses.of(Code.BAD_REQUEST, "the bytes are no request of " + method);
            }
            if (refused != null) {
                respond(refusal.apply(received, refused));
            } else {
                answer(received);
            }
        }

        private void answer(Q received) {
            CompletionStage<R> answer;
            try {
                answer = operation.answer(caller, received);
            } catch (RuntimeException e) {
                respond(refusal.apply(received, Faults.answer(method, caller, e)));
                return;
            }
            answer.whenComplete((response, failure) -> respond(
                    failure == null ? response : refusal.apply(received, Faults.answer(method, caller, failure))));
        }

        private void respond(R response) {
            if (call.isCancelled()) return;
            call.sendHeaders(new Metadata());
            call.sendMessage(response);
            call.close(io.grpc.Status.OK, new Metadata());
        }
    }
}
