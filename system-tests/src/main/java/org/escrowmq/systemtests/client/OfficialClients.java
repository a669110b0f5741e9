package org.escrowmq.systemtests.client;

import java.time.Duration;
import java.util.Collections;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.ProducerBuilder;

/** Producers and consumers of the unmodified official Java client for one server. The caller closes what it gets. */
public final class OfficialClients {
    private static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();

    private final Target target;

    public OfficialClients(Target target) {
        this.target = target;
    }

    public Target target() {
        return target;
    }

    /** Started; with the official three attempts a send. */
    public Producer producer(String... topics) throws ClientException {
        return producerBuilder(topics).build();
    }

    /** For those who want other settings than the default. */
    public ProducerBuilder producerBuilder(String... topics) {
        return PROVIDER.newProducerBuilder()
                .setClientConfiguration(target.configuration())
                .setTopics(topics);
    }

    /** Started, of all tags. */
    public PushConsumer push(String group, String topic, MessageListener listener) throws ClientException {
        return push(group, topic, FilterExpression.SUB_ALL, listener);
    }

    public PushConsumer push(String group, String topic, FilterExpression filter, MessageListener listener)
            throws ClientException {
        return PROVIDER.newPushConsumerBuilder()
                .setClientConfiguration(target.configuration())
                .setConsumerGroup(group)
                .setSubscriptionExpressions(Collections.singletonMap(topic, filter))
                .setMessageListener(listener)
                .build();
    }

    /** Started, of all tags; {@code await} is how long an empty receive waits. */
    public SimpleConsumer simple(String group, String topic, Duration await) throws ClientException {
        return simple(group, topic, FilterExpression.SUB_ALL, await);
    }

    public SimpleConsumer simple(String group, String topic, FilterExpression filter, Duration await)
            throws ClientException {
        return PROVIDER.newSimpleConsumerBuilder()
                .setClientConfiguration(target.configuration())
                .setConsumerGroup(group)
                .setAwaitDuration(await)
                .setSubscriptionExpressions(Collections.singletonMap(topic, filter))
                .build();
    }

    public static MessageBuilder message(String topic) {
        return PROVIDER.newMessageBuilder().setTopic(topic);
    }

    public static Message message(String topic, byte[] body) {
        return message(topic).setBody(body).build();
    }
}
