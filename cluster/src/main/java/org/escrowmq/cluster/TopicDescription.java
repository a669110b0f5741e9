package org.escrowmq.cluster;

import java.time.Duration;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/**
 * A topic as the catalogue has it.
 *
 * @param queues how many queues it has, numbered from 0
 * @param retention how long a message is kept after it became visible
 * @param dropsDuplicates whether a message whose id was stored within the window is not stored again
 * @param createdEpochMillis the server's clock
 */
public record TopicDescription(
        TopicId id,
        TopicName name,
        TopicType type,
        int queues,
        Permission permission,
        Duration retention,
        boolean dropsDuplicates,
        long createdEpochMillis) {}
