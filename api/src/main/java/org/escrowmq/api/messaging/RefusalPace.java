package org.escrowmq.api.messaging;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.escrowmq.cluster.quota.TokenBucket;

/**
 * Answers refusals at a bounded rate. Whoever sends again the moment that he is refused would otherwise have the processors busy with
 * refusing, and those who were taken would pay for it. Up to the rate a refusal goes out at once; beyond it, it is held back, in the order of
 * arrival, until its turn comes or it has been held for the longest time. So many are held at most; further ones go out at once.
 * Any thread.
 */
final class RefusalPace {
    /** How soon something runs later. */
    interface Later {
        /** Runs {@code work} once, after so long. */
        void run(Runnable work, long delay, TimeUnit unit);
    }

    private record Held(CompletableFuture<Void> turn, long latestNanos) {}

    private static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedFuture(null);
    private static final long ROUND_MILLIS = 10;
    private static final Duration BURST = Duration.ofMillis(100);

    private final TokenBucket bucket;
    private final long holdNanos;
    private final int heldMax;
    private final Later later;
    private final LongSupplier nanoClock;
    private final Deque<Held> held = new ArrayDeque<>();
    private boolean scheduled;

    RefusalPace(MessagingSettings.Overload overload, Later later, LongSupplier nanoClock) {
        this.bucket = new TokenBucket(overload.refusalsPerSecond(), BURST, nanoClock.getAsLong());
        this.holdNanos = overload.refusalHold().toNanos();
        this.heldMax = overload.refusalsHeld();
        this.later = later;
        this.nanoClock = nanoClock;
    }

    /** Completes when a refusal may go out. Whoever waits for it should hold on to little. */
    synchronized CompletionStage<Void> turn() {
        long now = nanoClock.getAsLong();
        if (held.isEmpty() && bucket.isOpen(now)) {
            bucket.take(1, now);
            return AT_ONCE;
        }
        if (held.size() >= heldMax) return AT_ONCE;
        Held turn = new Held(new CompletableFuture<>(), now + holdNanos);
        held.add(turn);
        scheduleRound();
        return turn.turn();
    }

    /** How many are held back. */
    synchronized int held() {
        return held.size();
    }

    private void scheduleRound() {
        if (scheduled) return;
        scheduled = true;
        later.run(this::round, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void round() {
        for (CompletableFuture<Void> turn : due()) turn.complete(null);
    }

    private synchronized List<CompletableFuture<Void>> due() {
        long now = nanoClock.getAsLong();
        List<CompletableFuture<Void>> due = new ArrayList<>();
        while (!held.isEmpty() && (bucket.isOpen(now) || held.element().latestNanos() - now <= 0)) {
            bucket.take(bucket.isOpen(now) ? 1 : 0, now);
            due.add(held.remove().turn());
        }
        scheduled = false;
        if (!held.isEmpty()) scheduleRound();
        return due;
    }

    /** The server stops: all go out now. */
    void release() {
        List<Held> all;
        synchronized (this) {
            all = new ArrayList<>(held);
            held.clear();
        }
        all.forEach(turn -> turn.turn().complete(null));
    }
}
