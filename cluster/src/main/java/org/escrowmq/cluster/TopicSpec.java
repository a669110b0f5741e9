package org.escrowmq.cluster;

import java.time.Duration;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/** What a topic is to be like: for creation, and for an update (which cannot change name or type, nor take queues away). */
public record TopicSpec(TopicName name, TopicType type, int queues, Permission permission, Duration retention) {}
