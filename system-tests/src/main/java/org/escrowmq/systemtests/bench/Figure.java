package org.escrowmq.systemtests.bench;

import org.jspecify.annotations.Nullable;

/**
 * One figure of the bench, a row of its table. Where it has a floor, the ratio of Escrow's median to RocketMQ's must reach it (or stay
 * at or below it, where less is better); an aim is reported only. The limits of a figure that stands alone are for Escrow's median itself.
 */
enum Figure {
    ASYNC("async send, 256 in flight, /s", true, 1.6, 2.5),
    SYNC_64("sync send, 64 threads, /s", true, 1.5, 2.0),
    SYNC_1("sync send, one thread, /s", true, 1.0, 1.3),
    DRAIN("drain of a stored backlog, /s", true, 3.0, 5.0),
    FIFO("FIFO, 1,000 groups, 4 consumers, /s", true, 3.0, 8.0),
    TRANSACTIONS_64("half + commit, 64 threads, /s", true, 1.6, 2.5),
    FIFO_KEPT("share of it with 32 failures", true, 0.5, null),
    SERVER_CPU("server CPU s per 100,000 sends", false, 0.45, 0.3),
    END_TO_END_P99("end-to-end p99 at 1,000/s, ms", false, 0.5, 0.25),
    ANONYMOUS_LOADED("anonymous memory under load, MB", false, 0.3, 0.15),
    TRANSACTIONS_16("half + commit, 16 threads, /s", true, null, null),
    TRANSACTIONS_1("half + commit, one thread, /s", true, null, null),
    COMMIT_64_P50("commit p50 at 64 threads, ms", false, null, null),
    COMMIT_64_P99("commit p99 at 64 threads, ms", false, null, null),
    TRANSACTIONS_CPU("server CPU s per 100,000 transactions", false, null, null),
    COMMIT_TO_DELIVERY_P50("commit to delivery p50 at 1,000/s, ms", false, null, null),
    COMMIT_TO_DELIVERY_P99("commit to delivery p99 at 1,000/s, ms", false, null, null),
    DELAY_EARLY("delayed messages before their time", false, 0.0, 0.0),
    DELAY_P50("delayed, after the due time p50, ms", false, null, null),
    DELAY_P99("delayed, after the due time p99, ms", false, null, null),
    DELAY_EARLY_MOST("delayed, at most before the time, ms", false, null, null),
    END_TO_END_P50("end-to-end p50 at 1,000/s, ms", false, null, null),
    ASYNC_P99("async send p99, ms", false, null, null),
    SYNC_64_P99("sync 64 send p99, ms", false, null, null),
    SYNC_1_P50("sync 1 send p50, ms", false, null, null),
    SYNC_1_P99("sync 1 send p99, ms", false, null, null),
    HOT_QUEUE("one hot queue, async 256, /s", true, null, null),
    COLD("first 10 s after ready, async 256, /s", true, null, null),
    PUSH("push, 4 consumers, /s", true, null, null),
    PUSH_P50("push, listener to ack p50, ms", false, null, null),
    PUSH_P99("push, listener to ack p99, ms", false, null, null),
    PUSH_CPU("push, server CPU s per 100,000", false, null, null),
    SIMPLE("simple, 4 consumers, /s", true, null, null),
    SIMPLE_P50("simple, receive to ack p50, ms", false, null, null),
    SIMPLE_P99("simple, receive to ack p99, ms", false, null, null),
    SIMPLE_CPU("simple, server CPU s per 100,000", false, null, null),
    FIFO_FAILURES("FIFO with 32 failures, /s", true, null, null),
    FIFO_P50("FIFO, listener to ack p50, ms", false, null, null),
    FIFO_P99("FIFO, listener to ack p99, ms", false, null, null),
    FIFO_CPU("FIFO, server CPU s per 100,000", false, null, null),
    DRAIN_CPU("server CPU s per 100,000 drained", false, null, null),
    CLIENT_CPU("client CPU s per 100,000 sends", false, null, null),
    ANONYMOUS_READY("anonymous memory at ready, MB", false, null, null),
    RESIDENT_LOADED("resident memory under load, MB", false, null, null),
    IDLE_CPU("idle CPU after the loads, % of a core", false, null, null),
    READY("time to ready, s", false, null, null);

    private final String title;
    private final boolean moreIsBetter;
    private final @Nullable Double floor;
    private final @Nullable Double aim;

    Figure(String title, boolean moreIsBetter, @Nullable Double floor, @Nullable Double aim) {
        this.title = title;
        this.moreIsBetter = moreIsBetter;
        this.floor = floor;
        this.aim = aim;
    }

    String title() {
        return title;
    }

    @Nullable
    Double floor() {
        return floor;
    }

    @Nullable
    Double aim() {
        return aim;
    }

    /** Whether it is judged for itself and not by its ratio to RocketMQ's. */
    boolean standsAlone() {
        return this == FIFO_KEPT || this == DELAY_EARLY;
    }

    /** Whether the worst round counts instead of the median: what may never be. */
    boolean isOfTheWorstRound() {
        return this == DELAY_EARLY || this == DELAY_EARLY_MOST;
    }

    /** Whether a ratio is at least as good as a limit of it. */
    boolean reaches(double ratio, double limit) {
        return moreIsBetter ? ratio >= limit : ratio <= limit;
    }
}
