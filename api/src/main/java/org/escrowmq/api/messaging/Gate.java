package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Refuses calls before they are read: at the moment at which a request is taken off the network. Any thread. */
interface Gate {
    /** Lets everything in. */
    Gate OPEN = new Gate() {
        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public CompletionStage<Status> refusal() {
            return CompletableFuture.failedFuture(new IllegalStateException("nothing is refused"));
        }
    };

    /** Whether a request need not be read. */
    boolean isClosed();

    /** Why, once it may be told. */
    CompletionStage<Status> refusal();
}
