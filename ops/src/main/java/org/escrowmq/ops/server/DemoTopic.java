package org.escrowmq.ops.server;

import java.time.Duration;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/** The topic and the group that a development server has from the first moment, so that the commands it shows work. */
public final class DemoTopic {
    /** The topic. */
    public static final String NAME = "demo";

    /** A group that starts with the first message, so that what was sent before it is seen. */
    public static final String GROUP = "demo-group";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private DemoTopic() {}

    /** Creates what is missing; durable at return. */
    public static void create(Catalogue catalogue) {
        if (catalogue.topic(TopicName.of(NAME)).isEmpty()) {
            Waiting.granted(
                    catalogue.createTopic(new TopicSpec(
                            TopicName.of(NAME), TopicType.NORMAL, 8, Permission.READ_WRITE, Duration.ofHours(72))),
                    LIMIT);
        }
        if (catalogue.group(GroupName.of(GROUP)).isEmpty()) {
            Waiting.granted(
                    catalogue.createGroup(new GroupSpec(
                            GroupName.of(GROUP),
                            false,
                            GroupSpec.DEFAULT_MAX_ATTEMPTS,
                            GroupSpec.StartPosition.FIRST,
                            RetryPolicy.standard())),
                    LIMIT);
        }
    }
}
