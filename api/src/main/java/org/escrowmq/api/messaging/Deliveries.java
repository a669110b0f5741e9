package org.escrowmq.api.messaging;

import apache.rocketmq.v2.DeadLetterQueue;
import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.SystemProperties;
import com.google.protobuf.UnsafeByteOperations;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Offset;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Deliveries and stored messages as messages on the wire. The body is a view of the stored bytes. */
final class Deliveries {
    private final String storeHost;

    /** {@code storeHost}: this node, as {@code host:port}. */
    Deliveries(String storeHost) {
        this.storeHost = storeHost;
    }

    Message message(Resource topic, Delivery delivery) {
        SystemProperties.Builder system = system(
                        delivery.message(), delivery.queue(), delivery.offset(), delivery.storedEpochMillis())
                .setReceiptHandle(delivery.receiptHandle())
                .setDeliveryAttempt(delivery.attempt());
        return message(topic, delivery.message(), system);
    }

    /** A message that was read without a lease: it has no receipt handle and no attempt. */
    Message stored(Resource topic, StoredMessage stored) {
        return message(
                topic,
                stored.message(),
                system(stored.message(), stored.queue(), stored.offset(), stored.storedEpochMillis()));
    }

    private static Message message(
            Resource topic, org.escrowmq.model.Message message, SystemProperties.Builder system) {
        return Message.newBuilder()
                .setTopic(topic)
                .putAllUserProperties(message.properties())
                .setSystemProperties(system)
                .setBody(UnsafeByteOperations.unsafeWrap(message.body().duplicate()))
                .build();
    }

    private SystemProperties.Builder system(
            org.escrowmq.model.Message message, int queue, Offset offset, long storedEpochMillis) {
        SystemProperties.Builder system = SystemProperties.newBuilder()
                .addAllKeys(message.keys())
                .setMessageId(message.id())
                .setBodyDigest(BodyDigest.md5(message.body()))
                .setBodyEncoding(message.encoding() == BodyEncoding.GZIP ? Encoding.GZIP : Encoding.IDENTITY)
                .setMessageType(MessageType.valueOf(message.type().name()))
                .setBornTimestamp(WireTimes.timestamp(message.bornEpochMillis()))
                .setBornHost(message.bornHost())
                .setStoreTimestamp(WireTimes.timestamp(storedEpochMillis))
                .setStoreHost(storeHost)
                .setQueueId(queue)
                .setQueueOffset(offset.value());
        optional(system, message);
        return system;
    }

    private static void optional(SystemProperties.Builder system, org.escrowmq.model.Message message) {
        if (message.tag() != null) system.setTag(message.tag());
        if (message.messageGroup() != null) system.setMessageGroup(message.messageGroup());
        if (message.traceContext() != null) system.setTraceContext(message.traceContext());
        if (message.liteTopic() != null) system.setLiteTopic(message.liteTopic());
        if (message.priority() != null) system.setPriority(message.priority());
        if (message.deliverAtEpochMillis() != null) {
            system.setDeliveryTimestamp(WireTimes.timestamp(message.deliverAtEpochMillis()));
        }
        DeadLetterQueue origin = origin(message.deadLetterOrigin());
        if (origin != null) system.setDeadLetterQueue(origin);
    }

    private static @Nullable DeadLetterQueue origin(org.escrowmq.model.Message.@Nullable DeadLetterOrigin origin) {
        if (origin == null) return null;
        TopicName topic = origin.topic();
        return DeadLetterQueue.newBuilder()
                .setTopic(topic.toString())
                .setMessageId(origin.messageId())
                .build();
    }
}
