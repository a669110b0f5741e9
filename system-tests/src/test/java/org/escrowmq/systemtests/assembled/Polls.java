package org.escrowmq.systemtests.assembled;

import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.RawClient;

/** Polls that run beside a test. */
final class Polls {
    private Polls() {}

    /** Begins a poll; done when its stream ends. */
    static CompletableFuture<Void> start(RawClient client, ReceiveMessageRequest.Builder request) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        client.async().withDeadlineAfter(30, TimeUnit.SECONDS).receiveMessage(request.build(), new StreamObserver<>() {
            @Override
            public void onNext(ReceiveMessageResponse frame) {
                // The end is waited for.
            }

            @Override
            public void onCompleted() {
                done.complete(null);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }
}
