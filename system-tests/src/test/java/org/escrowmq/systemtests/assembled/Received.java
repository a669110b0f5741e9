package org.escrowmq.systemtests.assembled;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.awaitility.Awaitility;

/** A listener that keeps what it got and says success. Thread-safe. */
final class Received implements MessageListener {
    private final List<MessageView> messages = new CopyOnWriteArrayList<>();

    @Override
    public ConsumeResult consume(MessageView message) {
        messages.add(message);
        return ConsumeResult.SUCCESS;
    }

    List<MessageView> messages() {
        return messages;
    }

    /** Bodies as text, in the order of their listener calls. */
    List<String> texts() {
        return messages.stream().map(Received::text).toList();
    }

    static String text(MessageView message) {
        return StandardCharsets.UTF_8.decode(message.getBody()).toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void awaitCount(int count, Duration limit) {
        Awaitility.await().atMost(limit).until(() -> messages.size() >= count);
    }
}
