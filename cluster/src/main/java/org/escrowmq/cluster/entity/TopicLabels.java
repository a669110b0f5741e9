package org.escrowmq.cluster.entity;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.cluster.DelayTraffic;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** The traffic counters that a queue adds to, looked up once. Owned by the queue's actor. */
final class TopicLabels {
    private final Traffic traffic;
    private final TopicName topic;
    private final Map<MessageType, Traffic.Flow> in = new EnumMap<>(MessageType.class);
    private final Map<MessageType, Traffic.Flow> repeated = new EnumMap<>(MessageType.class);
    private final Map<GroupName, Traffic.Flow> out = new HashMap<>();
    private TransactionTraffic.@Nullable Flow transactions;
    private DelayTraffic.@Nullable Flow delays;

    TopicLabels(Traffic traffic, Optional<TopicDescription> topic) {
        this.traffic = traffic;
        this.topic = topic.map(TopicDescription::name).orElse(Traffic.OTHERS);
    }

    void stored(List<OutgoingBlob> messages) {
        for (OutgoingBlob message : messages) {
            in.computeIfAbsent(message.type(), type -> traffic.in(topic, type)).add(1, message.bodyBytes());
        }
    }

    void repeated(List<OutgoingBlob> messages) {
        for (OutgoingBlob message : messages) {
            repeated.computeIfAbsent(message.type(), type -> traffic.repeated(topic, type))
                    .add(1, message.bodyBytes());
        }
    }

    void delivered(GroupName group, int messages, long bytes) {
        out.computeIfAbsent(group, name -> traffic.out(topic, name)).add(messages, bytes);
    }

    DelayTraffic.Flow delays() {
        DelayTraffic.Flow known = delays;
        if (known == null) {
            known = traffic.delays().of(topic);
            delays = known;
        }
        return known;
    }

    TransactionTraffic.Flow transactions() {
        TransactionTraffic.Flow known = transactions;
        if (known == null) {
            known = traffic.transactions().of(topic);
            transactions = known;
        }
        return known;
    }
}
