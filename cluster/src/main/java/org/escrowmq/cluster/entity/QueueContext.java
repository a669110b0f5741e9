package org.escrowmq.cluster.entity;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.partition.CacheBudget;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;
import org.escrowmq.persistence.Journal;

/**
 * What every queue actor of a node shares.
 *
 * @param producers who is asked about transactions
 * @param awake the queue actors that run
 * @param topics the topic of an incarnation, while it exists
 * @param reads whether a group is bound to an incarnation of a topic, so that its queues may open it
 * @param maxAttempts how often a message is delivered to a group before it goes to its dead letters
 * @param routes the way to other queues
 * @param clock the server's clock, for times that are stored
 * @param upSinceEpochMillis when the node began to take in what clients say
 */
public record QueueContext(
        ClusterSettings settings,
        Journal journal,
        TimingWheel timers,
        ClientRegistry clients,
        Producers producers,
        Traffic traffic,
        CacheBudget cacheBudget,
        AwakeQueues awake,
        ReceiptHandle.Codec handles,
        Function<TopicId, Optional<TopicDescription>> topics,
        BiPredicate<GroupName, TopicId> reads,
        ToIntFunction<GroupName> maxAttempts,
        Routes routes,
        InstantSource clock,
        long upSinceEpochMillis) {

    /** The monotonic clock that leases run on, in milliseconds of any origin. */
    public long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }
}
