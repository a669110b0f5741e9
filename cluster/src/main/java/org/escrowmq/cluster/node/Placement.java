package org.escrowmq.cluster.node;

import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.partition.Fingerprint;
import org.escrowmq.model.Message;

/** Which queue of its topic a message belongs to. */
final class Placement {
    private Placement() {}

    /** The hash of its message group, else of its id, so that a message that is sent again meets the same queue. */
    static int queueOf(TopicDescription topic, Message message) {
        String group = message.messageGroup();
        long hash = Fingerprint.of(group == null ? message.id() : group);
        return (int) Long.remainderUnsigned(hash, topic.queues());
    }
}
