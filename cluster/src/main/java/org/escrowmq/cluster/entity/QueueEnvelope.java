package org.escrowmq.cluster.entity;

import org.apache.pekko.cluster.sharding.ShardRegion;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;

/** An operation on its way to the queue that owns it, through sharding. Local to a node. */
public record QueueEnvelope(QueueId queue, QueueOperation operation) {
    /** The number of shards, fixed for good. */
    public static final int SHARDS = 256;

    /** The name of the queue's actor: {@code <topic id>-<queue number>}. */
    public static String entityId(QueueId queue) {
        return queue.topic().value() + "-" + queue.number();
    }

    /** The inverse of {@link #entityId}. */
    public static QueueId queueOf(String entityId) {
        int dash = entityId.indexOf('-');
        return new QueueId(
                new TopicId(Long.parseLong(entityId.substring(0, dash))),
                Integer.parseInt(entityId.substring(dash + 1)));
    }

    /** How sharding finds the queue of an envelope. */
    public static final class Extractor implements ShardRegion.MessageExtractor {
        @Override
        public String entityId(Object message) {
            return QueueEnvelope.entityId(((QueueEnvelope) message).queue());
        }

        @Override
        public Object entityMessage(Object message) {
            return ((QueueEnvelope) message).operation();
        }

        @Override
        public String shardId(Object message) {
            if (message instanceof ShardRegion.StartEntity start) return shard(queueOf(start.entityId()));
            return shard(((QueueEnvelope) message).queue());
        }

        private static String shard(QueueId queue) {
            return Integer.toString((int) Math.floorMod(queue.topic().value() * 31 + queue.number(), (long) SHARDS));
        }
    }
}
