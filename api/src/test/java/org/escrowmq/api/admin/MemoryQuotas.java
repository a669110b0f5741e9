package org.escrowmq.api.admin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.cluster.quota.QuotaSettings;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Quotas in memory, with the real limiter. Thread-safe. */
final class MemoryQuotas implements Quotas {
    private final MemoryCatalogue catalogue;
    private final Map<QuotaTarget, Quota> quotas = new TreeMap<>();
    private final QuotaLimiter limiter;

    MemoryQuotas(MemoryCatalogue catalogue, QuotaSettings settings) {
        this.catalogue = catalogue;
        this.limiter = new QuotaLimiter(settings, System::nanoTime);
    }

    @Override
    public synchronized List<Quota> overrides() {
        return List.copyOf(quotas.values());
    }

    @Override
    public synchronized CompletionStage<Outcome<Quota>> set(Quota quota) {
        QuotaTarget target = quota.target();
        if (target.kind() == QuotaTarget.Kind.TOPIC
                && catalogue.topic(TopicName.parse(target.name())).isEmpty()) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + target.name() + " does not exist"));
        }
        quotas.put(target, quota);
        limiter.overrides(overrides());
        return CompletableFuture.completedFuture(Outcome.done(quota));
    }

    @Override
    public synchronized CompletionStage<Outcome<Quota>> unset(QuotaTarget target) {
        Quota was = quotas.remove(target);
        limiter.overrides(overrides());
        return CompletableFuture.completedFuture(
                was == null
                        ? Outcome.refused(RefusalCode.NOT_FOUND, target + " has no quota of its own")
                        : Outcome.done(was));
    }

    @Override
    public QuotaLimiter limiter() {
        return limiter;
    }
}
