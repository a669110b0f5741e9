package org.escrowmq.cluster;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.escrowmq.model.TopicName;

/** Counters of a kind for each topic; topics beyond the bound share those of {@link Traffic#OTHERS}. Thread-safe. */
final class TopicFlows<F> {
    private final ConcurrentMap<TopicName, F> flows = new ConcurrentHashMap<>();
    private final int topicsMax;
    private final Supplier<F> fresh;

    TopicFlows(int topicsMax, Supplier<F> fresh) {
        this.topicsMax = topicsMax;
        this.fresh = fresh;
    }

    /** The counters of a topic; to be kept by whoever counts. */
    F of(TopicName topic) {
        F known = flows.get(topic);
        if (known != null) return known;
        return flows.computeIfAbsent(flows.size() < topicsMax ? topic : Traffic.OTHERS, name -> fresh.get());
    }

    /** The counters of a topic that has some. */
    Optional<F> known(TopicName topic) {
        F own = flows.get(topic);
        return Optional.ofNullable(own == null ? flows.get(Traffic.OTHERS) : own);
    }

    /** Drops the counters of a deleted topic. A flow that somebody still holds counts on, unseen. */
    void forget(TopicName topic) {
        flows.remove(topic);
    }

    /** Hands over every topic's counters, in no order. */
    void forEach(BiConsumer<TopicName, F> visitor) {
        flows.forEach(visitor);
    }
}
