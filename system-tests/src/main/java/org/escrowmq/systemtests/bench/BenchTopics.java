package org.escrowmq.systemtests.bench;

import java.util.List;

/** The topics and groups of the bench, the same on both servers. */
record BenchTopics(List<Topic> topics, List<Subscription> subscriptions) {
    static final String SENDS = "bench-sends";
    static final String HOT = "bench-hot";
    static final String LATENCY = "bench-latency";
    static final String DRAIN = "bench-drain";
    static final String LATENCY_GROUP = "bench-latency-group";
    static final String DRAIN_GROUP = "bench-drain-group";

    /** Eight queues each, and the hot one with a single queue. */
    static BenchTopics standard() {
        return new BenchTopics(
                List.of(new Topic(SENDS, 8), new Topic(HOT, 1), new Topic(LATENCY, 8), new Topic(DRAIN, 8)),
                List.of(new Subscription(LATENCY_GROUP, LATENCY), new Subscription(DRAIN_GROUP, DRAIN)));
    }

    /** A topic and its number of queues. */
    record Topic(String name, int queues) {}

    /** A group whose position in its topic is fixed before the first message. */
    record Subscription(String group, String topic) {}
}
