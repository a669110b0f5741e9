package org.escrowmq.cluster.hub;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.GroupName;

/**
 * What every hub of a node shares.
 *
 * @param queues the shard region, for queues whose actor a hub does not know yet
 * @param startsAtFirst where a group begins on a queue it never read
 * @param giveBack returns deliveries whose poll has gone, at once and without counting an attempt
 * @param quotas says how much a group may have now, and is told what it got
 */
public record HubContext(
        ClusterSettings settings,
        Catalogue catalogue,
        TimingWheel timers,
        ActorRef queues,
        StartRule startsAtFirst,
        BiConsumer<List<Delivery>, Origin> giveBack,
        QuotaLimiter quotas) {

    /** Whose deliveries they are. */
    public record Origin(TopicDescription topic, GroupName group) {}

    /** Decides where a group begins. */
    public interface StartRule {
        /** True for the first stored message, false for the end; empty while the group is not bound to the topic. */
        Optional<Boolean> test(TopicDescription topic, GroupName group, int queue);
    }

    /** The monotonic clock of polls, in milliseconds. */
    public long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }
}
