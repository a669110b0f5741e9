package org.escrowmq.systemtests.storm;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.escrowmq.systemtests.client.AckWatch;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.kill.RecordedConsumer;

/**
 * A push consumer of an ordered group that writes down all it gets and fails now and then on purpose. The official client tries a failed
 * message again by itself and counts that as an attempt; the history knows the attempts of the server only.
 */
final class OrderedConsumer implements AutoCloseable {
    /** A listener takes up to this long, so that the consumers overtake each other. */
    private static final long WORK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    private final String group;
    private final HistoryRecorder recorder;
    private final Failures failures;
    private final Map<MessageView, Integer> open = Collections.synchronizedMap(new IdentityHashMap<>());
    private final Map<String, Integer> attemptOfAck = new ConcurrentHashMap<>();
    private final PushConsumer consumer;

    /** Started. */
    OrderedConsumer(OfficialClients clients, String topic, String group, HistoryRecorder recorder, Failures failures)
            throws ClientException {
        this.group = group;
        this.recorder = recorder;
        this.failures = failures;
        this.consumer = clients.push(group, topic, this::consume);
        AckWatch.attach(consumer, new Acks());
    }

    /** Which deliveries fail once: a share of them, 0 to 1, and the same of the same seed. */
    record Failures(double share, long seed) {
        boolean fails(String key, int attempt) {
            return new SplittableRandom(seed ^ (((long) key.hashCode() << 16) + attempt)).nextDouble() < share;
        }
    }

    private ConsumeResult consume(MessageView message) {
        String key = message.getKeys().iterator().next();
        Integer seenAs = open.get(message);
        int attempt = seenAs == null ? message.getDeliveryAttempt() : seenAs;
        if (seenAs == null) {
            open.put(message, attempt);
            recorder.record(new Event.Delivered(
                    RecordedConsumer.receivedNanos(message),
                    group,
                    key,
                    message.getMessageId().toString(),
                    Bodies.hash(message.getBody()),
                    attempt));
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(WORK_NANOS_MAX));
        if (seenAs == null && failures.fails(key, attempt)) {
            recorder.record(new Event.Failed(System.nanoTime(), group, key, attempt));
            return ConsumeResult.FAILURE;
        }
        open.remove(message);
        attemptOfAck.put(ackName(key, message.getDeliveryAttempt()), attempt);
        recorder.record(new Event.Consumed(System.nanoTime(), group, key, attempt));
        return ConsumeResult.SUCCESS;
    }

    private static String ackName(String key, int clientAttempt) {
        return key + '/' + clientAttempt;
    }

    @Override
    public void close() throws IOException {
        // What it holds comes free somewhere between the two.
        recorder.record(new Event.ConsumerGone(System.nanoTime(), group));
        consumer.close();
        recorder.record(new Event.ConsumerGone(System.nanoTime(), group));
    }

    private final class Acks implements AckWatch {
        @Override
        public void acking(Ack ack) {
            recorder.record(new Event.AckInvoked(System.nanoTime(), group, ack.key(), attempt(ack)));
        }

        @Override
        public void acked(Ack ack, boolean ok) {
            long now = System.nanoTime();
            recorder.record(
                    ok
                            ? new Event.AckOk(now, group, ack.key(), attempt(ack))
                            : new Event.AckUnknown(now, group, ack.key(), attempt(ack)));
        }

        private int attempt(Ack ack) {
            Integer attempt = attemptOfAck.get(ackName(ack.key(), ack.attempt()));
            if (attempt == null) {
                throw new IllegalStateException("the client acknowledges what its listener did not take: " + ack);
            }
            return attempt;
        }
    }
}
