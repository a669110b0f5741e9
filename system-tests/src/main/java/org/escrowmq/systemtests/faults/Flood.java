package org.escrowmq.systemtests.faults;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.shaded.io.grpc.CallOptions;
import org.apache.rocketmq.shaded.io.grpc.ClientCall;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannel;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannelBuilder;
import org.apache.rocketmq.shaded.io.grpc.Metadata;
import org.apache.rocketmq.shaded.io.grpc.Status;
import org.escrowmq.systemtests.client.RawClient;
import org.jspecify.annotations.Nullable;

/**
 * A number of sends in flight, each followed by the next the moment that it is answered, whatever the answer: the raw calls, without an
 * official client's pauses after TOO_MANY_REQUESTS. One that fails is not followed. Plaintext over several connections. Thread-safe.
 */
final class Flood implements AutoCloseable {
    private static final long LATENCY_MAX_MICROS = 60_000_000;
    private static final int LEFT_TO_ANSWER_SECONDS_MAX = 10;

    /** What was answered in a span. Latencies in microseconds; {@code failures} had neither OK nor TOO_MANY_REQUESTS. */
    record Span(
            double seconds,
            Histogram accepted,
            Histogram refused,
            long failures,
            @Nullable String firstFailure) {
        double acceptedPerSecond() {
            return accepted.getTotalCount() / seconds;
        }

        double refusedPerSecond() {
            return refused.getTotalCount() / seconds;
        }
    }

    private record Counts(
            long sinceNanos,
            Histogram accepted,
            Histogram refused,
            AtomicLong failures,
            AtomicReference<@Nullable String> firstFailure) {
        static Counts fresh() {
            return new Counts(System.nanoTime(), histogram(), histogram(), new AtomicLong(), new AtomicReference<>());
        }

        private static Histogram histogram() {
            return new ConcurrentHistogram(LATENCY_MAX_MICROS, 3);
        }
    }

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Metadata headers = new Metadata();
    private final Message prototype;
    private final String prefix = "FLOOD" + UUID.randomUUID().toString().replace("-", "");
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicReference<Counts> counts = new AtomicReference<>(Counts.fresh());
    private volatile int wanted;

    Flood(String endpoint, String topic, int bodyBytes, int connections) {
        for (int i = 0; i < connections; i++) {
            channels.add(ManagedChannelBuilder.forTarget(endpoint)
                    .usePlaintext()
                    .directExecutor()
                    .build());
        }
        header("x-mq-client-id", "flood@" + UUID.randomUUID());
        header("x-mq-language", "JAVA");
        header("x-mq-client-version", "5.2.0");
        prototype = RawClient.message(topic, new byte[bodyBytes], null);
    }

    private void header(String name, String value) {
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    /** From now on so many are in flight; where they were more, the others are not followed. */
    void inFlight(int number) {
        wanted = number;
        while (true) {
            int now = inFlight.get();
            if (now >= number) return;
            if (inFlight.compareAndSet(now, now + 1)) send();
        }
    }

    /** What was answered since the last call. */
    Span sinceLastCall() {
        Counts fresh = Counts.fresh();
        Counts old = Objects.requireNonNull(counts.getAndSet(fresh));
        return new Span(
                (fresh.sinceNanos() - old.sinceNanos()) / 1e9,
                old.accepted(),
                old.refused(),
                old.failures().get(),
                old.firstFailure().get());
    }

    private void send() {
        long id = ids.incrementAndGet();
        Message.Builder message = prototype.toBuilder();
        message.getSystemPropertiesBuilder().setMessageId(prefix + id);
        ManagedChannel channel = channels.get((int) (id % channels.size()));
        ClientCall<SendMessageRequest, SendMessageResponse> call =
                channel.newCall(MessagingServiceGrpc.getSendMessageMethod(), CallOptions.DEFAULT);
        Metadata sent = new Metadata();
        sent.merge(headers);
        call.start(new Answer(), sent);
        call.sendMessage(SendMessageRequest.newBuilder().addMessages(message).build());
        call.halfClose();
        call.request(2);
    }

    private final class Answer extends ClientCall.Listener<SendMessageResponse> {
        private final long beginNanos = System.nanoTime();
        private @Nullable SendMessageResponse response;

        @Override
        public void onMessage(SendMessageResponse message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            count(status);
            if (status.isOk() && inFlight.get() <= wanted) send();
            else inFlight.decrementAndGet();
        }

        private void count(Status status) {
            long micros = Math.min(LATENCY_MAX_MICROS, Math.max(1, (System.nanoTime() - beginNanos) / 1000));
            Counts now = Objects.requireNonNull(counts.get());
            Code code = response == null ? null : response.getStatus().getCode();
            if (code == Code.OK) {
                now.accepted().recordValue(micros);
            } else if (code == Code.TOO_MANY_REQUESTS) {
                now.refused().recordValue(micros);
            } else {
                now.failures().incrementAndGet();
                now.firstFailure().compareAndSet(null, response == null ? status.toString() : response.toString());
            }
        }
    }

    /** Sends no more, and waits for what is in flight. */
    @Override
    public void close() {
        wanted = 0;
        long end = System.nanoTime() + LEFT_TO_ANSWER_SECONDS_MAX * 1_000_000_000L;
        while (inFlight.get() > 0 && System.nanoTime() < end) LockSupport.parkNanos(10_000_000);
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
