package org.escrowmq.model;

import java.util.Optional;

/** Names about dead letters: those of a group are in the topic {@code %DLQ%<group>}, in the group's namespace. */
public final class DeadLetterNames {
    /** Stands for redrives on a queue of dead letters: what it is done with went back. No client's group can have this name. */
    public static final GroupName REDRIVE = GroupName.of("(redrive)");

    private static final String PREFIX = "%DLQ%";

    private DeadLetterNames() {}

    /** Where the messages go that a group gave up. */
    public static TopicName topicOf(GroupName group) {
        return new TopicName(group.namespace(), PREFIX + group.name());
    }

    /** The group whose dead letters a topic holds; empty for any other topic. */
    public static Optional<GroupName> groupOf(TopicName topic) {
        if (!topic.name().startsWith(PREFIX)) return Optional.empty();
        return Optional.of(new GroupName(topic.namespace(), topic.name().substring(PREFIX.length())));
    }
}
