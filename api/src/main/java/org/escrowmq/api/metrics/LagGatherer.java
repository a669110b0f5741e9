package org.escrowmq.api.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The lag of every group on every topic, as far as it is known, for metrics.
 *
 * <p>Asking a topic wakes its queues, so a topic is asked only when its lag can have changed: it had traffic since it was
 * asked, or messages were in flight or waiting then, or its groups are others now, or the answer is old. One scrape asks a
 * bounded number of topics for a bounded time, those first that were not asked for longest; for the rest it shows what was
 * known before. One gathering runs at a time; a scrape during it gets what is known. Thread-safe.
 */
final class LagGatherer {
    /** Topics that are asked at the same time. */
    private static final int CONCURRENCY = 16;

    /** A group's sums over the queues of a topic. */
    record GroupLag(TopicName topic, GroupName group, long lag, long inFlight, long waiting) {}

    /**
     * What is known now.
     *
     * @param leftOut topics with groups whose lag is not known
     * @param failed topics that gave no answer when they were asked, since start
     */
    record Report(List<GroupLag> lags, int leftOut, long failed) {}

    private record Known(TopicId topic, long traffic, long askedNanos, List<GroupName> groups, List<GroupLag> lags) {
        boolean busy() {
            return lags.stream().anyMatch(lag -> lag.inFlight() > 0 || lag.waiting() > 0);
        }
    }

    private record Wanted(TopicDescription topic, long traffic, List<GroupName> groups, long askedNanos) {}

    private final Broker broker;
    private final MetricsSettings settings;
    private final LongSupplier nanos;
    private final Executor executor;
    private final AtomicBoolean gathers = new AtomicBoolean();
    private final AtomicLong failed = new AtomicLong();
    private final Map<TopicName, Known> known = new HashMap<>();

    LagGatherer(Broker broker, MetricsSettings settings, LongSupplier nanos, Executor executor) {
        this.broker = broker;
        this.settings = settings;
        this.nanos = nanos;
        this.executor = executor;
    }

    /** Completes in about the lag time-out at the latest, on any thread. */
    CompletionStage<Report> gather() {
        Map<TopicName, List<GroupName>> read = broker.catalogue().readTopics();
        if (!gathers.compareAndSet(false, true)) return CompletableFuture.completedFuture(report(read.size()));
        long deadline = nanos.getAsLong() + settings.lagTimeout().toNanos();
        Queue<Wanted> wanted = new ConcurrentLinkedQueue<>(wanted(read));
        List<CompletableFuture<Void>> workers = new ArrayList<>(CONCURRENCY);
        for (int i = 0; i < CONCURRENCY; i++) {
            CompletableFuture<Void> worker = new CompletableFuture<>();
            askNext(wanted, deadline, worker);
            workers.add(worker);
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(workers.toArray(new CompletableFuture<?>[0]))
                .whenComplete((done, fault) -> gathers.set(false));
        return all.copy()
                .completeOnTimeout(null, settings.lagTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> report(read.size()));
    }

    private void askNext(Queue<Wanted> wanted, long deadline, CompletableFuture<Void> worker) {
        Wanted next = nanos.getAsLong() - deadline < 0 ? wanted.poll() : null;
        if (next == null) {
            worker.complete(null);
            return;
        }
        long asked = nanos.getAsLong();
        describe(next.topic().name())
                .handleAsync((outcome, fault) -> fault == null && remembered(next, asked, outcome), executor)
                .thenAccept(remembered -> {
                    if (!remembered) failed.incrementAndGet();
                    askNext(wanted, deadline, worker);
                })
                .exceptionally(bug -> {
                    worker.completeExceptionally(bug);
                    return null;
                });
    }

    private CompletionStage<Outcome<List<QueueInspection.QueueFigures>>> describe(TopicName topic) {
        return CompletableFuture.completedFuture(topic)
                .thenCompose(broker.inspection()::describe)
                .orTimeout(settings.lagTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean remembered(Wanted asked, long askedNanos, Outcome<List<QueueInspection.QueueFigures>> outcome) {
        return outcome.fold(queues -> remember(asked, askedNanos, queues), refusal -> false);
    }

    private synchronized boolean remember(Wanted asked, long askedNanos, List<QueueInspection.QueueFigures> queues) {
        Map<GroupName, long[]> sums = new TreeMap<>(Comparator.comparing(GroupName::toString));
        for (QueueInspection.QueueFigures queue : queues) {
            for (QueueInspection.GroupFigures figures : queue.groups()) {
                if (figures.group().equals(DeadLetterNames.REDRIVE)) continue;
                long[] sum = sums.computeIfAbsent(figures.group(), absent -> new long[3]);
                sum[0] += figures.lag();
                sum[1] += figures.inFlight();
                sum[2] += figures.waiting();
            }
        }
        TopicName topic = asked.topic().name();
        List<GroupLag> lags = new ArrayList<>(sums.size());
        sums.forEach((group, sum) -> lags.add(new GroupLag(topic, group, sum[0], sum[1], sum[2])));
        if (known.size() < settings.lagTopicsShownMax() || known.containsKey(topic)) {
            known.put(topic, new Known(asked.topic().id(), asked.traffic(), askedNanos, asked.groups(), lags));
        }
        return true;
    }

    /** What this gathering asks, longest unasked first. Forgets topics that are gone. */
    private List<Wanted> wanted(Map<TopicName, List<GroupName>> read) {
        Map<TopicName, Long> traffic = new HashMap<>();
        broker.traffic().forEachIn((key, flow) -> traffic.merge(key.topic(), flow.messages(), Long::sum));
        broker.traffic().forEachOut((key, flow) -> traffic.merge(key.topic(), flow.messages(), Long::sum));
        // A commit makes a message visible that was counted when it came in.
        broker.traffic().transactions().forEach((topic, flow) -> traffic.merge(topic, flow.commits(), Long::sum));
        long others = traffic.getOrDefault(Traffic.OTHERS, 0L);
        long now = nanos.getAsLong();
        List<Wanted> wanted = new ArrayList<>();
        Set<TopicName> present = new HashSet<>();
        synchronized (this) {
            for (Map.Entry<TopicName, List<GroupName>> entry : read.entrySet()) {
                TopicName name = entry.getKey();
                present.add(name);
                broker.catalogue().topic(name).ifPresent(topic -> {
                    long count = traffic.getOrDefault(name, 0L) + others;
                    Known before = known.get(name);
                    if (changed(before, topic, count, entry.getValue(), now)) {
                        long asked = before == null ? Long.MIN_VALUE : before.askedNanos() - now;
                        wanted.add(new Wanted(topic, count, entry.getValue(), asked));
                    }
                });
            }
            known.keySet().retainAll(present);
        }
        wanted.sort(Comparator.comparingLong(Wanted::askedNanos));
        return wanted.subList(0, Math.min(wanted.size(), settings.lagTopicsMax()));
    }

    private boolean changed(
            @Nullable Known before, TopicDescription topic, long traffic, List<GroupName> groups, long now) {
        return before == null
                || !before.topic().equals(topic.id())
                || before.traffic() != traffic
                || !before.groups().equals(groups)
                || before.busy()
                || now - before.askedNanos() > settings.lagRefresh().toNanos();
    }

    private synchronized Report report(int readTopics) {
        List<GroupLag> lags =
                known.values().stream().flatMap(topic -> topic.lags().stream()).toList();
        return new Report(lags, Math.max(0, readTopics - known.size()), failed.get());
    }
}
