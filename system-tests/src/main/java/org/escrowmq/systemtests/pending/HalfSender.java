package org.escrowmq.systemtests.pending;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Durations;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.RawClient;

/** Stores transactional messages, a number of sends in flight, and decides none of them. */
final class HalfSender {
    private final RawClient raw;
    private final String topic;
    private final int bodyBytes;
    private final int inFlight;

    HalfSender(RawClient raw, String topic, int bodyBytes, int inFlight) {
        this.raw = raw;
        this.topic = topic;
        this.bodyBytes = bodyBytes;
        this.inFlight = inFlight;
    }

    /** Says of a message that is about to be sent after how long its producer may be asked. */
    interface Immunity {
        Duration of(String messageId, int index);
    }

    /**
     * Sends so many and waits for the answers.
     *
     * @throws IllegalStateException when one was not stored
     */
    void send(int count, Immunity immunity) throws InterruptedException {
        send(count, index -> {
            Message half = RawClient.half(topic, new byte[bodyBytes], null);
            String id = half.getSystemProperties().getMessageId();
            Duration time = immunity.of(id, index);
            return half.toBuilder()
                    .setSystemProperties(half.getSystemProperties().toBuilder()
                            .setOrphanedTransactionRecoveryDuration(Durations.fromMillis(time.toMillis())))
                    .build();
        });
    }

    private void send(int count, IntFunction<Message> messages) throws InterruptedException {
        Semaphore window = new Semaphore(inFlight);
        AtomicLong failures = new AtomicLong();
        for (int i = 0; i < count; i++) {
            window.acquire();
            SendMessageRequest request = SendMessageRequest.newBuilder()
                    .addMessages(messages.apply(i))
                    .build();
            raw.async().sendMessage(request, new Answer(request, window, failures));
        }
        window.acquire(inFlight);
        if (failures.get() > 0) throw new IllegalStateException(failures.get() + " messages were not stored");
    }

    /** One that was too much is sent again: the server holds such an answer back for as long as it wants. */
    private final class Answer implements StreamObserver<SendMessageResponse> {
        private final SendMessageRequest request;
        private final Semaphore window;
        private final AtomicLong failures;
        private boolean again;

        Answer(SendMessageRequest request, Semaphore window, AtomicLong failures) {
            this.request = request;
            this.window = window;
            this.failures = failures;
        }

        @Override
        public void onNext(SendMessageResponse response) {
            Code code = response.getStatus().getCode();
            again = code == Code.TOO_MANY_REQUESTS;
            if (code != Code.OK && !again) failures.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            failures.incrementAndGet();
            window.release();
        }

        @Override
        public void onCompleted() {
            if (again) raw.async().sendMessage(request, new Answer(request, window, failures));
            else window.release();
        }
    }
}
