package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.RawClient;

/**
 * Consumers of one group that are nothing but calls: each receives on a connection of its own, shows each message to a listener and
 * acknowledges what it got with one call, until all are closed. The listener is called by several threads.
 */
final class RawConsumers implements AutoCloseable {
    private static final int BATCH = 32;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final long PAUSE_AFTER_FAILURE_NANOS = 100_000_000;

    private final String topic;
    private final String group;
    private final Consumer<Message> listener;
    private final List<RawClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    RawConsumers(String endpoint, String topic, String group, int consumers, Consumer<Message> listener) {
        this.topic = topic;
        this.group = group;
        this.listener = listener;
        for (int i = 0; i < consumers; i++) {
            RawClient raw = new RawClient(endpoint);
            clients.add(raw);
            Thread thread = new Thread(() -> consume(raw), "consumer-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void consume(RawClient raw) {
        while (!closed) {
            try {
                List<Message> messages = raw.receive(group, topic, BATCH, LEASE);
                if (messages.isEmpty()) continue;
                messages.forEach(listener);
                Code acked = raw.ack(
                                group,
                                topic,
                                messages.stream().map(RawClient::handle).toArray(String[]::new))
                        .getStatus()
                        .getCode();
                if (acked != Code.OK) failures.add("ack: " + acked);
            } catch (StatusRuntimeException | IllegalStateException e) {
                if (!closed) failed(e);
            }
        }
    }

    private void failed(RuntimeException failure) {
        failures.add(String.valueOf(failure));
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    }

    /** Polls and acks that were refused or broke, in their order. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        clients.forEach(RawClient::close);
        for (Thread thread : threads) thread.join();
    }
}
