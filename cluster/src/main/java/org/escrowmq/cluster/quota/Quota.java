package org.escrowmq.cluster.quota;

/** A quota that an operator set. It stands in place of the default of its kind, as a whole. */
public record Quota(QuotaTarget target, QuotaLimits limits) {}
