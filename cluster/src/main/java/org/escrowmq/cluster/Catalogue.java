package org.escrowmq.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/**
 * The durable list of topics and groups. Look-ups are answered from memory by any thread; changes are answered once they
 * are durable and visible to look-ups.
 */
public interface Catalogue {
    /** The topic of this name, if there is one now. */
    Optional<TopicDescription> topic(TopicName name);

    /** All topics, sorted by name. */
    List<TopicDescription> topics();

    /** How many topics there are. */
    default int topicCount() {
        return topics().size();
    }

    /** The group of this name, if there is one now. */
    Optional<GroupDescription> group(GroupName name);

    /** All groups, sorted by name. */
    List<GroupDescription> groups();

    /** How many groups there are. */
    default int groupCount() {
        return groups().size();
    }

    /** The groups that ever read {@code topic}, sorted by name. */
    List<GroupName> groupsOf(TopicName topic);

    /** The topics that any group ever read, with these groups. Few of very many topics may have readers. */
    default Map<TopicName, List<GroupName>> readTopics() {
        Map<TopicName, List<GroupName>> read = new HashMap<>();
        for (TopicDescription topic : topics()) {
            List<GroupName> groups = groupsOf(topic.name());
            if (!groups.isEmpty()) read.put(topic.name(), groups);
        }
        return read;
    }

    /** The topics that {@code group} ever read, sorted by name. */
    List<TopicName> topicsOf(GroupName group);

    /** Creates a topic. TOPIC_EXISTS, ILLEGAL_TOPIC, INVALID_ARGUMENT. */
    CompletionStage<Outcome<TopicDescription>> createTopic(TopicSpec spec);

    /** Changes permission, retention or (upwards) the number of queues. TOPIC_NOT_FOUND, INVALID_ARGUMENT. */
    CompletionStage<Outcome<TopicDescription>> updateTopic(TopicSpec spec);

    /** Deletes a topic and its messages. TOPIC_NOT_FOUND. */
    CompletionStage<Outcome<TopicDescription>> deleteTopic(TopicName name);

    /** Creates a group. GROUP_EXISTS, ILLEGAL_GROUP, INVALID_ARGUMENT. */
    CompletionStage<Outcome<GroupDescription>> createGroup(GroupSpec spec);

    /** Changes a group's settings. GROUP_NOT_FOUND, INVALID_ARGUMENT. */
    CompletionStage<Outcome<GroupDescription>> updateGroup(GroupSpec spec);

    /** Deletes a group and its progress on every topic. GROUP_NOT_FOUND. */
    CompletionStage<Outcome<GroupDescription>> deleteGroup(GroupName name);

    /** Pauses or resumes a group. GROUP_NOT_FOUND. */
    CompletionStage<Outcome<GroupDescription>> pauseGroup(GroupName name, boolean paused);

    /**
     * The group as it is, or newly created (where `escrow.cluster.create-groups-on-use` allows it: fifo when the topic is
     * FIFO, start latest), and bound to the topic, so that its start position on every queue is fixed from now on.
     * GROUP_NOT_FOUND, TOPIC_NOT_FOUND, ILLEGAL_GROUP.
     */
    CompletionStage<Outcome<GroupDescription>> groupForUse(GroupName group, TopicName topic);
}
