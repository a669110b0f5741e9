package org.escrowmq.systemtests.kill;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Threads that send through one producer, each message once, and write down what became of it. An error leaves a send unknown: one of
 * the client's attempts may have been stored. The rate is bounded, also while the server is away.
 */
public final class RecordedProducers implements AutoCloseable {
    private static final int BODY_BYTES = 1024;

    private final Producer producer;
    private final String topic;
    private final HistoryRecorder recorder;
    private final long intervalNanos;
    private final MessageGroups messageGroups;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong keys = new AtomicLong();
    private volatile boolean stopped;

    /** Of messages without a message group. Started at once; {@code perSecond} is over all threads. */
    public RecordedProducers(
            OfficialClients clients, String topic, HistoryRecorder recorder, int threadCount, int perSecond)
            throws ClientException {
        this(clients, topic, recorder, threadCount, perSecond, thread -> null);
    }

    /** The same with message groups; those of one thread must be different from those of the others, so that each has an order. */
    public RecordedProducers(
            OfficialClients clients,
            String topic,
            HistoryRecorder recorder,
            int threadCount,
            int perSecond,
            MessageGroups messageGroups)
            throws ClientException {
        this.messageGroups = messageGroups;
        this.producer = clients.producer(topic);
        this.topic = topic;
        this.recorder = recorder;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(threadCount) / perSecond;
        for (int i = 0; i < threadCount; i++) {
            int thread = i;
            threads.add(new Thread(() -> sendAll(thread), "recorded-producer-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** The message group of the next message of a thread, 0 to {@code threadCount - 1}; null for none. */
    public interface MessageGroups {
        @Nullable
        String next(int thread);
    }

    private void sendAll(int thread) {
        long due = System.nanoTime();
        while (!stopped) {
            send(messageGroups.next(thread));
            due = Math.max(due + intervalNanos, System.nanoTime() - intervalNanos);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void send(@Nullable String messageGroup) {
        long number = keys.incrementAndGet();
        String key = "k" + number;
        byte[] body = Bodies.random(number, BODY_BYTES);
        MessageBuilder message = OfficialClients.message(topic).setKeys(key).setBody(body);
        recorder.record(new Event.SendInvoked(System.nanoTime(), key, Bodies.hash(body)));
        if (messageGroup != null) {
            message.setMessageGroup(messageGroup);
            recorder.record(new Event.Grouped(System.nanoTime(), key, messageGroup));
        }
        try {
            SendReceipt receipt = producer.send(message.build());
            recorder.record(new Event.SendOk(
                    System.nanoTime(), key, receipt.getMessageId().toString()));
        } catch (ClientException | StatusRuntimeException e) {
            // The second is how the client reports a connection that is gone.
            recorder.record(new Event.SendUnknown(System.nanoTime(), key));
        }
    }

    /** How many sends were begun. */
    public long begun() {
        return keys.get();
    }

    /** No more sends after it returns. */
    public void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        producer.close();
    }
}
