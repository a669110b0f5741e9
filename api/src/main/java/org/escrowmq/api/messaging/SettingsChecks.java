package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SubscriptionEntry;
import java.util.List;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** What a client's settings must fulfil before they are answered. */
final class SettingsChecks {
    private SettingsChecks() {}

    static @Nullable Status check(Settings settings, FilterChecks filters) {
        Status refused = type(settings);
        if (refused != null) return refused;
        return switch (settings.getPubSubCase()) {
            case PUBLISHING -> firstIllegal(settings.getPublishing().getTopicsList());
            case SUBSCRIPTION -> subscription(settings, filters);
            case PUBSUB_NOT_SET ->
                Statuses.of(
                        Code.BAD_REQUEST, "settings say what is published or what is subscribed; these say neither");
        };
    }

    static ClientRegistry.Kind kind(Settings settings) {
        return switch (settings.getClientType()) {
            case PRODUCER -> ClientRegistry.Kind.PRODUCER;
            case PUSH_CONSUMER -> ClientRegistry.Kind.PUSH_CONSUMER;
            case SIMPLE_CONSUMER -> ClientRegistry.Kind.SIMPLE_CONSUMER;
            default -> settings.hasPublishing() ? ClientRegistry.Kind.PRODUCER : ClientRegistry.Kind.UNKNOWN;
        };
    }

    /** The topics that are published or subscribed. */
    static List<TopicName> topics(Settings settings) {
        return settings.hasPublishing()
                ? settings.getPublishing().getTopicsList().stream()
                        .map(NameChecks::topicName)
                        .toList()
                : settings.getSubscription().getSubscriptionsList().stream()
                        .map(entry -> NameChecks.topicName(entry.getTopic()))
                        .toList();
    }

    private static @Nullable Status type(Settings settings) {
        return switch (settings.getClientType()) {
            case PULL_CONSUMER, LITE_PUSH_CONSUMER, LITE_SIMPLE_CONSUMER, UNRECOGNIZED ->
                Statuses.of(
                        Code.UNRECOGNIZED_CLIENT_TYPE,
                        "this version serves producers, push consumers and simple consumers, not client type "
                                + settings.getClientTypeValue());
            case PRODUCER, PUSH_CONSUMER, SIMPLE_CONSUMER, CLIENT_TYPE_UNSPECIFIED -> null;
        };
    }

    private static @Nullable Status firstIllegal(List<Resource> topics) {
        for (Resource topic : topics) {
            Status illegal = NameChecks.topic(topic);
            if (illegal != null) return illegal;
        }
        return null;
    }

    private static @Nullable Status subscription(Settings settings, FilterChecks filters) {
        Status illegal = NameChecks.group(settings.getSubscription().getGroup());
        if (illegal != null) return illegal;
        for (SubscriptionEntry entry : settings.getSubscription().getSubscriptionsList()) {
            illegal = NameChecks.topic(entry.getTopic());
            if (illegal == null) illegal = filters.read(entry.getExpression()).refusal();
            if (illegal != null) return illegal;
        }
        return null;
    }
}
