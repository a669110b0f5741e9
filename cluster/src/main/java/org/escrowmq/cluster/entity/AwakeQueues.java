package org.escrowmq.cluster.entity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.model.QueueId;

/**
 * The queues whose actors run on this node: what is told to them need not take the two hops through sharding, which only says where a
 * queue is and starts it. A queue is here from the end of its recovery until it stops or asks to. Thread-safe.
 */
public final class AwakeQueues {
    private final Map<QueueId, ActorRef> actors = new ConcurrentHashMap<>();

    void woke(QueueId queue, ActorRef actor) {
        actors.put(queue, actor);
    }

    /** The queue is about to stop: what comes from now on takes the way through sharding, which keeps it for the next actor. */
    void sleeps(QueueId queue, ActorRef actor) {
        actors.remove(queue, actor);
    }

    /** Tells a queue, through {@code sharding} where its actor is not known to run here. */
    public void tell(QueueId queue, QueueOperation operation, ActorRef sharding) {
        ActorRef actor = actors.get(queue);
        if (actor != null) actor.tell(operation, ActorRef.noSender());
        else sharding.tell(new QueueEnvelope(queue, operation), ActorRef.noSender());
    }
}
