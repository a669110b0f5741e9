package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicType;

/** What an operator should know about a topic or a group although nothing is refused: settings that contradict each other. */
final class Warnings {
    private final Broker broker;

    Warnings(Broker broker) {
        this.broker = broker;
    }

    /** Of a topic and all groups that read it. */
    List<String> of(TopicDescription topic, List<QueueInspection.QueueFigures> queues) {
        List<String> warnings = new ArrayList<>();
        if (!topic.permission().writable()) warnings.add("sends are refused: the permission is " + topic.permission());
        if (!topic.permission().readable())
            warnings.add("receives are refused: the permission is " + topic.permission());
        Map<GroupName, Long> lags = new TreeMap<>(java.util.Comparator.comparing(GroupName::toString));
        broker.catalogue().groupsOf(topic.name()).forEach(group -> lags.put(group, 0L));
        queues.forEach(queue -> queue.groups().forEach(group -> lags.merge(group.group(), group.lag(), Long::sum)));
        lags.forEach((name, lag) -> broker.catalogue().group(name).ifPresent(group -> {
            order(warnings, topic, group);
            standstill(warnings, group, lag);
        }));
        silent(warnings, topic);
        return warnings;
    }

    private void silent(List<String> warnings, TopicDescription topic) {
        if (!topic.type().accepted().contains(MessageType.TRANSACTION)) return;
        for (TransactionDesk.SilentProducer producer : broker.transactions().silent(topic.name())) {
            warnings.add("producer " + producer.clientId() + " has left " + producer.unanswered()
                    + " questions about its transactions unanswered (client show " + producer.clientId()
                    + ", client stack, txn ls --topic " + topic.name() + ")");
        }
    }

    /** Of a group and all topics that it reads. */
    List<String> of(GroupDescription group, List<TopicDescription> topics, long lag) {
        List<String> warnings = new ArrayList<>();
        topics.forEach(topic -> order(warnings, topic, group));
        standstill(warnings, group, lag);
        return warnings;
    }

    private static void order(List<String> warnings, TopicDescription topic, GroupDescription group) {
        boolean ordered = group.spec().fifo();
        if (topic.type() == TopicType.FIFO && !ordered) {
            warnings.add("FIFO topic " + topic.name() + " is read by the unordered group "
                    + group.spec().name() + ": order is not kept for it (group update "
                    + group.spec().name() + " --fifo)");
        }
        if (ordered && topic.type() != TopicType.FIFO && topic.type() != TopicType.MIXED) {
            warnings.add("ordered group " + group.spec().name() + " reads the " + topic.type() + " topic "
                    + topic.name() + ": its messages have no message group, so there is no order to keep");
        }
    }

    private void standstill(List<String> warnings, GroupDescription group, long lag) {
        GroupName name = group.spec().name();
        if (group.paused()) warnings.add("group " + name + " is paused (group resume " + name + ")");
        boolean consumed = broker.clients().clients().stream().anyMatch(client -> name.equals(client.group()));
        if (lag > 0 && !consumed) {
            warnings.add(
                    "group " + name + " has " + lag + " messages to consume and no client is connected to this node");
        }
    }
}
