package org.escrowmq.systemtests.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stored backlog that four consumers of one group take: what the load generator is told, on which topic, and which figures come of it.
 * The backlog of the failing FIFO load is that of the plain one, so that the two rates can be compared.
 */
enum ConsumeLoad {
    PUSH("push", 100_000, 0, "push", Figure.PUSH, Figure.PUSH_P50, Figure.PUSH_P99, Figure.PUSH_CPU),
    SIMPLE("simple", 40_000, 0, "simple", Figure.SIMPLE, Figure.SIMPLE_P50, Figure.SIMPLE_P99, Figure.SIMPLE_CPU),
    FIFO(
            "fifo",
            100_000,
            1000,
            "push --message-groups 1000",
            Figure.FIFO,
            Figure.FIFO_P50,
            Figure.FIFO_P99,
            Figure.FIFO_CPU),
    FIFO_FAILURES(
            "fifo", 100_000, 1000, "push --message-groups 1000 --failures 32", Figure.FIFO_FAILURES, null, null, null);

    private final String load;
    private final int messages;
    private final int messageGroups;
    private final String how;
    private final Figure rate;
    private final @Nullable Figure p50;
    private final @Nullable Figure p99;
    private final @Nullable Figure cpu;

    ConsumeLoad(
            String load,
            int messages,
            int messageGroups,
            String how,
            Figure rate,
            @Nullable Figure p50,
            @Nullable Figure p99,
            @Nullable Figure cpu) {
        this.load = load;
        this.messages = messages;
        this.messageGroups = messageGroups;
        this.how = how;
        this.rate = rate;
        this.p50 = p50;
        this.p99 = p99;
        this.cpu = cpu;
    }

    /** The name in {@code --loads} that it belongs to. */
    String load() {
        return load;
    }

    private String place() {
        return "bench-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    BenchTopics.Topic topic() {
        return new BenchTopics.Topic(place(), 8, messageGroups > 0 ? BenchTopics.Type.FIFO : BenchTopics.Type.NORMAL);
    }

    BenchTopics.Subscription subscription() {
        return new BenchTopics.Subscription(place() + "-group", place(), messageGroups > 0);
    }

    /** What stores the backlog, or that share of it. */
    String store(double share) {
        return "store --messages " + messages(share) + " --message-groups " + messageGroups + " --topic " + place();
    }

    /** What consumes and checks it. */
    String consume(double share) {
        return how + " --messages " + messages(share) + " --consumers 4 --topic " + place() + " --group "
                + subscription().group();
    }

    private long messages(double share) {
        return Math.round(messages * share);
    }

    Figure rate() {
        return rate;
    }

    @Nullable
    Figure p50() {
        return p50;
    }

    @Nullable
    Figure p99() {
        return p99;
    }

    /** Of server CPU seconds for 100,000 messages. */
    @Nullable
    Figure cpu() {
        return cpu;
    }
}
