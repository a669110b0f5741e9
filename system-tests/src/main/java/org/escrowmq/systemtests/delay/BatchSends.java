package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import apache.rocketmq.v2.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.RawClient;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages of one topic, several to a request, so many requests in flight. What was too much is sent again: the server holds such an
 * answer back for as long as it wants. Used by one thread; {@link Stored} hears the answers on others.
 */
final class BatchSends {
    private static final long DEADLINE_SECONDS = 120;

    /** Hears of each message that was acknowledged. */
    interface Stored {
        void stored(Message message, SendResultEntry entry);
    }

    private final RawClient raw;
    private final int perRequest;
    private final int inFlight;
    private final Stored stored;
    private final Semaphore window;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

    BatchSends(RawClient raw, int perRequest, int inFlight, Stored stored) {
        this.raw = raw;
        this.perRequest = perRequest;
        this.inFlight = inFlight;
        this.stored = stored;
        this.window = new Semaphore(inFlight);
    }

    /**
     * Sends the messages from one number to before another and waits for the answers.
     *
     * @return messages a second
     * @throws IllegalStateException when one was not stored
     */
    double sendAll(long from, long to, LongFunction<Message> messages) throws InterruptedException {
        long begin = System.nanoTime();
        for (long number = from; number < to; ) {
            List<Message> batch = new ArrayList<>(perRequest);
            while (batch.size() < perRequest && number < to) batch.add(messages.apply(number++));
            send(batch);
        }
        finish();
        return (to - from) / ((System.nanoTime() - begin) / 1e9);
    }

    /** Sends one request as soon as there is room for it. */
    void send(List<Message> messages) throws InterruptedException {
        window.acquire();
        sendNow(messages);
    }

    /**
     * Waits for all answers.
     *
     * @throws IllegalStateException when a message was not stored
     */
    void finish() throws InterruptedException {
        window.acquire(inFlight);
        window.release(inFlight);
        if (failures.get() > 0) {
            throw new IllegalStateException(failures.get() + " messages were not stored: " + firstFailure.get());
        }
    }

    private void sendNow(List<Message> messages) {
        SendMessageRequest request =
                SendMessageRequest.newBuilder().addAllMessages(messages).build();
        raw.async().withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).sendMessage(request, new Answer(messages));
    }

    private void failed(int count, String why) {
        failures.addAndGet(count);
        firstFailure.compareAndSet(null, why);
    }

    private final class Answer implements StreamObserver<SendMessageResponse> {
        private final List<Message> messages;
        private final List<Message> again = new ArrayList<>();

        Answer(List<Message> messages) {
            this.messages = messages;
        }

        @Override
        public void onNext(SendMessageResponse response) {
            if (response.getEntriesCount() == 0) {
                messages.forEach(message -> refused(message, response.getStatus()));
            } else if (response.getEntriesCount() == messages.size()) {
                for (int i = 0; i < messages.size(); i++) settle(messages.get(i), response.getEntries(i));
            } else {
                failed(messages.size(), response.getEntriesCount() + " entries for " + messages.size() + " messages");
            }
        }

        private void settle(Message message, SendResultEntry entry) {
            if (entry.getStatus().getCode() == Code.OK) stored.stored(message, entry);
            else refused(message, entry.getStatus());
        }

        private void refused(Message message, Status status) {
            if (status.getCode() == Code.TOO_MANY_REQUESTS) again.add(message);
            else failed(1, status.getCode() + " " + status.getMessage());
        }

        @Override
        public void onError(Throwable failure) {
            failed(messages.size(), String.valueOf(failure));
            window.release();
        }

        @Override
        public void onCompleted() {
            if (again.isEmpty()) window.release();
            else sendNow(again);
        }
    }
}
