package org.escrowmq.cluster.quota;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.Outcome;

/** The quotas of a cluster: those that operators set (durable), and what holds requests of this node to them. */
public interface Quotas {
    /** All that were set, topics first, then groups, then clients, each by name. From memory. */
    List<Quota> overrides();

    /**
     * Sets a quota, in place of one that was set for the same target. Answered when it is durable and in force. TOPIC_NOT_FOUND,
     * GROUP_NOT_FOUND, INVALID_ARGUMENT.
     */
    CompletionStage<Outcome<Quota>> set(Quota quota);

    /** Takes a quota away: the default of its kind is in force again. Answers what it was. NOT_FOUND. */
    CompletionStage<Outcome<Quota>> unset(QuotaTarget target);

    /** Counts and refuses. */
    QuotaLimiter limiter();
}
