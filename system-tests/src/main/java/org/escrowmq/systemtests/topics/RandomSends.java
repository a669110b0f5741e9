package org.escrowmq.systemtests.topics;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.RawClient;

/**
 * One message to each topic, then more to topics by chance, with so many sends in flight. Nothing is sent again, so what is not
 * acknowledged is counted by its code.
 */
final class RandomSends {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final RawClient client;
    private final IntFunction<String> names;
    private final int topics;
    private final Semaphore window;
    private final int inFlight;
    private final AtomicIntegerArray acknowledged;
    private final Map<String, Integer> failures = new TreeMap<>();

    RandomSends(RawClient client, IntFunction<String> names, int topics, int inFlight) {
        this.client = client;
        this.names = names;
        this.topics = topics;
        this.inFlight = inFlight;
        this.window = new Semaphore(inFlight);
        this.acknowledged = new AtomicIntegerArray(topics);
    }

    /** Sends {@code count} messages; returns when each is answered. */
    void run(int count, long seed) throws InterruptedException {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            window.acquire();
            send(i < topics ? i : random.nextInt(topics), i);
        }
        if (!window.tryAcquire(inFlight, DEADLINE.toSeconds() + 10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("sends without an answer after their deadline");
        }
        window.release(inFlight);
    }

    private void send(int topic, int number) {
        byte[] body = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        SendMessageRequest request = SendMessageRequest.newBuilder()
                .addMessages(RawClient.message(names.apply(topic), body, null))
                .build();
        client.async()
                .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .sendMessage(request, new StreamObserver<>() {
                    @Override
                    public void onNext(SendMessageResponse response) {
                        if (response.getStatus().getCode() == Code.OK) acknowledged.incrementAndGet(topic);
                        else failed(response.getStatus().getCode().name());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        failed(String.valueOf(failure.getMessage()));
                        window.release();
                    }

                    @Override
                    public void onCompleted() {
                        window.release();
                    }
                });
    }

    private synchronized void failed(String why) {
        failures.merge(why, 1, Integer::sum);
    }

    /** How many were not acknowledged, by what was said instead. */
    synchronized Map<String, Integer> failures() {
        return new TreeMap<>(failures);
    }

    int acknowledged(int topic) {
        return acknowledged.get(topic);
    }
}
