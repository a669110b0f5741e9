package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.SystemProperties;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.rocketmq.shaded.com.google.protobuf.ByteString;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Timestamps;
import org.escrowmq.systemtests.client.RawClient;

/**
 * Messages of one topic that say in their bodies who they are: a number, and the time at which they are due. Their ids are made of the
 * number, so that making one costs no randomness. Thread-safe.
 *
 * <pre>
 * body = number:i64  due:i64 (epoch milliseconds; 0 for a message without delay)  zeros
 * </pre>
 */
final class NumberedDelay {
    private static final int HEAD_BYTES = 16;

    private final Message prototype;
    private final int bodyBytes;
    private final String prefix = "DELAY" + UUID.randomUUID().toString().replace("-", "");

    NumberedDelay(String topic, int bodyBytes) {
        this.prototype = RawClient.message(topic, new byte[0], null);
        this.bodyBytes = Math.max(bodyBytes, HEAD_BYTES);
    }

    /** One that comes at its time. */
    Message due(long number, long dueEpochMillis) {
        return message(number, dueEpochMillis, properties(number, dueEpochMillis));
    }

    /** The same, of a producer whose clock shows another time. */
    Message due(long number, long dueEpochMillis, long bornEpochMillis) {
        return message(
                number,
                dueEpochMillis,
                properties(number, dueEpochMillis).setBornTimestamp(Timestamps.fromMillis(bornEpochMillis)));
    }

    /** One that comes at once. */
    Message normal(long number) {
        return message(number, 0, prototype.getSystemProperties().toBuilder().setMessageId(id(number)));
    }

    private SystemProperties.Builder properties(long number, long dueEpochMillis) {
        return prototype.getSystemProperties().toBuilder()
                .setMessageId(id(number))
                .setMessageType(MessageType.DELAY)
                .setDeliveryTimestamp(Timestamps.fromMillis(dueEpochMillis));
    }

    private Message message(long number, long dueEpochMillis, SystemProperties.Builder properties) {
        byte[] body = new byte[bodyBytes];
        ByteBuffer.wrap(body).putLong(number).putLong(dueEpochMillis);
        return prototype.toBuilder()
                .setBody(ByteString.copyFrom(body))
                .setSystemProperties(properties)
                .build();
    }

    String id(long number) {
        return prefix + number;
    }

    static long number(Message message) {
        return head(message).getLong();
    }

    static long dueEpochMillis(Message message) {
        return head(message).getLong(Long.BYTES);
    }

    private static ByteBuffer head(Message message) {
        if (message.getBody().size() < HEAD_BYTES) {
            throw new IllegalStateException("not one of ours: " + message);
        }
        return message.getBody().asReadOnlyByteBuffer();
    }
}
