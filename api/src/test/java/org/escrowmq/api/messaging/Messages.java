package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SystemProperties;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.function.Consumer;

/** Requests as an official client would build them. */
final class Messages {
    private Messages() {}

    static Message message(String topic, String id, Consumer<SystemProperties.Builder> change) {
        SystemProperties.Builder system = SystemProperties.newBuilder()
                .setMessageId(id)
                .setMessageType(MessageType.NORMAL)
                .setBodyEncoding(Encoding.IDENTITY)
                .setBornTimestamp(WireTimes.timestamp(1_700_000_000_123L))
                .setBornHost("producer-host");
        change.accept(system);
        return Message.newBuilder()
                .setTopic(Rig.resource(topic))
                .setBody(ByteString.copyFromUtf8("body of " + id))
                .setSystemProperties(system)
                .build();
    }

    static Message message(String topic, String id) {
        return message(topic, id, unchanged -> {});
    }

    static SendMessageRequest send(Message... messages) {
        SendMessageRequest.Builder request = SendMessageRequest.newBuilder();
        for (Message message : messages) request.addMessages(message);
        return request.build();
    }

    /** What a simple consumer asks: one batch, invisible for 10 s, a poll of 5 s. */
    static ReceiveMessageRequest.Builder receive(String topic, String group) {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(Rig.resource(group))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(Rig.resource(topic)).setId(-1))
                .setFilterExpression(filter("*"))
                .setBatchSize(32)
                .setInvisibleDuration(WireTimes.duration(Duration.ofSeconds(10)))
                .setLongPollingTimeout(WireTimes.duration(Duration.ofSeconds(5)));
    }

    static FilterExpression filter(String tags) {
        return FilterExpression.newBuilder()
                .setType(FilterType.TAG)
                .setExpression(tags)
                .build();
    }

    static FilterExpression sql(String expression) {
        return FilterExpression.newBuilder()
                .setType(FilterType.SQL)
                .setExpression(expression)
                .build();
    }
}
