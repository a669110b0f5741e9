package org.escrowmq.cluster.entity;

import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicName;

/** For a queue that stands alone: nothing is moved. */
final class NoRoutes implements Routes {
    @Override
    public CompletionStage<Outcome<QueueId>> deadLetters(GroupName group) {
        throw new AssertionError("a message of " + group + " is moved to its dead letters");
    }

    @Override
    public Outcome<QueueId> queueFor(TopicName topic, Message message) {
        throw new AssertionError("a message is moved to " + topic);
    }

    @Override
    public void tell(QueueId queue, QueueOperation operation) {
        throw new AssertionError(queue + " is told " + operation);
    }
}
