package org.escrowmq.systemtests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The topics and groups of the bench, the same on both servers. */
record BenchTopics(List<Topic> topics, List<Subscription> subscriptions) {
    static final String SENDS = "bench-sends";
    static final String HOT = "bench-hot";
    static final String LATENCY = "bench-latency";
    static final String DRAIN = "bench-drain";
    static final String LATENCY_GROUP = "bench-latency-group";
    static final String DRAIN_GROUP = "bench-drain-group";
    static final String TRANSACTIONS = "bench-transactions";
    static final String COMMITS = "bench-commits";
    static final String COMMITS_GROUP = "bench-commits-group";
    static final String DELAYS = "bench-delays";
    static final String DELAYS_GROUP = "bench-delays-group";

    /** What these loads need. Eight queues each, and the hot one with a single queue. */
    static BenchTopics of(Set<String> loads) {
        List<Topic> topics = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        if (loads.stream().anyMatch(Set.of("cold", "async", "sync64", "sync1")::contains)) {
            topics.add(new Topic(SENDS, 8, Type.NORMAL));
        }
        if (loads.contains("hot")) {
            topics.add(new Topic(HOT, 1, Type.NORMAL));
        }
        if (loads.contains("e2e")) {
            topics.add(new Topic(LATENCY, 8, Type.NORMAL));
            subscriptions.add(new Subscription(LATENCY_GROUP, LATENCY, false));
        }
        if (loads.contains("drain")) {
            topics.add(new Topic(DRAIN, 8, Type.NORMAL));
            subscriptions.add(new Subscription(DRAIN_GROUP, DRAIN, false));
        }
        if (loads.contains("txn")) {
            topics.add(new Topic(TRANSACTIONS, 8, Type.TRANSACTION));
            topics.add(new Topic(COMMITS, 8, Type.TRANSACTION));
            subscriptions.add(new Subscription(COMMITS_GROUP, COMMITS, false));
        }
        if (loads.contains("delay")) {
            topics.add(new Topic(DELAYS, 8, Type.DELAY));
            subscriptions.add(new Subscription(DELAYS_GROUP, DELAYS, false));
        }
        for (ConsumeLoad consume : ConsumeLoad.values()) {
            if (loads.contains(consume.load())) {
                topics.add(consume.topic());
                subscriptions.add(consume.subscription());
            }
        }
        return new BenchTopics(List.copyOf(topics), List.copyOf(subscriptions));
    }

    /** What messages a topic takes: the name is that of the server's type. */
    enum Type {
        NORMAL,
        FIFO,
        DELAY,
        TRANSACTION
    }

    /** A topic and its number of queues. */
    record Topic(String name, int queues, Type type) {}

    /** A group whose position in its topic is fixed before the first message; {@code fifo} gets message groups in order. */
    record Subscription(String group, String topic, boolean fifo) {}
}
