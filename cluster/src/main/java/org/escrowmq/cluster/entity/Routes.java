package org.escrowmq.cluster.entity;

import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicName;

/** The way from one queue to another. Thread-safe; nothing blocks. */
public interface Routes {
    /** The queue that takes the dead letters of a group; its topic comes into being where it does not exist. */
    CompletionStage<Outcome<QueueId>> deadLetters(GroupName group);

    /** The queue of a topic that takes a message back, for one message always the same. TOPIC_NOT_FOUND. */
    Outcome<QueueId> queueFor(TopicName topic, Message message);

    /** Tells a queue of this cluster something. */
    void tell(QueueId queue, QueueOperation operation);
}
