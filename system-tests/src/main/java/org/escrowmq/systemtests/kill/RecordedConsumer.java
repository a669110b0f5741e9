package org.escrowmq.systemtests.kill;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.java.message.MessageViewImpl;
import org.escrowmq.systemtests.client.AckWatch;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryRecorder;

/** A push consumer that writes down all it gets, and fails now and then on purpose. A message's key is its first key. */
public final class RecordedConsumer implements AutoCloseable {
    private final String group;
    private final HistoryRecorder recorder;
    private final double failureShare;
    private final LongAdder received = new LongAdder();
    private final PushConsumer consumer;

    /** Started. {@code failureShare} of the deliveries, 0 to 1, are given back. */
    public RecordedConsumer(
            OfficialClients clients, String topic, String group, HistoryRecorder recorder, double failureShare)
            throws ClientException {
        this.group = group;
        this.recorder = recorder;
        this.failureShare = failureShare;
        this.consumer = clients.push(group, topic, this::consume);
        AckWatch.attach(consumer, new Acks());
    }

    private ConsumeResult consume(MessageView message) {
        received.increment();
        String key = message.getKeys().iterator().next();
        recorder.record(new Event.Delivered(
                receivedNanos(message),
                group,
                key,
                message.getMessageId().toString(),
                Bodies.hash(message.getBody()),
                message.getDeliveryAttempt()));
        if (ThreadLocalRandom.current().nextDouble() < failureShare) {
            recorder.record(new Event.Nacked(System.nanoTime(), group, key, message.getDeliveryAttempt()));
            return ConsumeResult.FAILURE;
        }
        return ConsumeResult.SUCCESS;
    }

    /** When the client decoded it, never too early: its clock shows whole milliseconds. */
    public static long receivedNanos(MessageView message) {
        long waitedMillis = System.currentTimeMillis() - ((MessageViewImpl) message).getDecodeTimestamp();
        return System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(Math.max(0, waitedMillis - 1));
    }

    /** Listener calls so far. */
    public long received() {
        return received.sum();
    }

    @Override
    public void close() throws IOException {
        consumer.close();
        recorder.record(new Event.ConsumerGone(System.nanoTime(), group));
    }

    private final class Acks implements AckWatch {
        @Override
        public void acking(Ack ack) {
            recorder.record(new Event.AckInvoked(System.nanoTime(), group, ack.key(), ack.attempt()));
        }

        @Override
        public void acked(Ack ack, boolean ok) {
            long now = System.nanoTime();
            recorder.record(
                    ok
                            ? new Event.AckOk(now, group, ack.key(), ack.attempt())
                            : new Event.AckUnknown(now, group, ack.key(), ack.attempt()));
        }
    }
}
