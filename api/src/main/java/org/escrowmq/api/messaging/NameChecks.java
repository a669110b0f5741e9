package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Names;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Names of topics and groups on the wire: as our own, and checked. */
final class NameChecks {
    private NameChecks() {}

    static TopicName topicName(Resource topic) {
        return new TopicName(topic.getResourceNamespace(), topic.getName());
    }

    static GroupName groupName(Resource group) {
        return new GroupName(group.getResourceNamespace(), group.getName());
    }

    static @Nullable Status topic(Resource topic) {
        return Names.problemOfTopic(topicName(topic)).map(Statuses::of).orElse(null);
    }

    static @Nullable Status group(Resource group) {
        return Names.problemOfGroup(groupName(group)).map(Statuses::of).orElse(null);
    }

    /** Both checks, the topic's first. */
    static @Nullable Status topicAndGroup(Resource topic, Resource group) {
        Status illegal = topic(topic);
        return illegal != null ? illegal : group(group);
    }
}
