package org.escrowmq.cluster;

import java.time.Duration;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/**
 * What a topic is to be like: for creation, and for an update (which cannot change name or type, nor take queues away).
 *
 * @param dropsDuplicates whether a message that is sent again is stored once
 */
public record TopicSpec(
        TopicName name,
        TopicType type,
        int queues,
        Permission permission,
        Duration retention,
        boolean dropsDuplicates) {
    /** A topic that drops duplicates. */
    public TopicSpec(TopicName name, TopicType type, int queues, Permission permission, Duration retention) {
        this(name, type, queues, permission, retention, true);
    }
}
