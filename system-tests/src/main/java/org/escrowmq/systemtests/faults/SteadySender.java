package org.escrowmq.systemtests.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;

/**
 * The well-behaved client: one official producer at a fixed rate, whatever the answers do. A latency counts from the moment at which
 * the send was due, so that a stall is seen in all sends that it delays.
 */
public final class SteadySender implements AutoCloseable {
    private static final int BODY_BYTES = 1024;
    private static final long LATENCY_MAX_MICROS = TimeUnit.MINUTES.toMicros(1);

    private final Producer producer;
    private final String topic;
    private final byte[] body = Bodies.random(1, BODY_BYTES);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Histogram> latencies = new AtomicReference<>(histogram());
    private final List<String> failures = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private final long intervalNanos;
    private long sends;

    /** Started at once. */
    public SteadySender(OfficialClients clients, String topic, int perSecond) throws ClientException {
        this.producer = clients.producer(topic);
        this.topic = topic;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        clock.scheduleAtFixedRate(this::sendDue, 0, 1, TimeUnit.MILLISECONDS);
    }

    /** Empty; microseconds. */
    static Histogram histogram() {
        return new ConcurrentHistogram(LATENCY_MAX_MICROS, 3);
    }

    private void sendDue() {
        for (long due = startNanos + sends * intervalNanos; due <= System.nanoTime(); due += intervalNanos) {
            sends++;
            send(due);
        }
    }

    private void send(long dueNanos) {
        producer.sendAsync(OfficialClients.message(topic, body)).whenComplete((receipt, failure) -> {
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - dueNanos);
            Objects.requireNonNull(latencies.get()).recordValue(Math.min(micros, LATENCY_MAX_MICROS));
            if (failure != null) {
                synchronized (failures) {
                    failures.add(String.valueOf(failure));
                }
            }
        });
    }

    /** What was answered since the last call; the latencies of sends that are under way count to the next. */
    public Histogram sinceLastCall() {
        return Objects.requireNonNull(latencies.getAndSet(histogram()));
    }

    /** Of all sends so far, after the client's own attempts. */
    public List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        producer.close();
    }
}
