package org.escrowmq.cluster.node;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.model.Outcome;

/** Quotas that stand in the catalogue, and the limiter of this node. */
record NodeQuotas(DurableCatalogue catalogue, QuotaLimiter limiter) implements Quotas {
    @Override
    public List<Quota> overrides() {
        return catalogue.state().quotas();
    }

    @Override
    public CompletionStage<Outcome<Quota>> set(Quota quota) {
        return catalogue.setQuota(quota);
    }

    @Override
    public CompletionStage<Outcome<Quota>> unset(QuotaTarget target) {
        return catalogue.unsetQuota(target);
    }

    /** The catalogue changed: what it says is in force. */
    void follow() {
        limiter.overrides(overrides());
    }
}
