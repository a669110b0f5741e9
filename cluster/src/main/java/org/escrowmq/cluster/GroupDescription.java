package org.escrowmq.cluster;

/**
 * A consumer group as the catalogue has it.
 *
 * @param spec its settings
 * @param paused receives are refused until it is resumed
 * @param autoCreated it came into being by its first use
 * @param createdEpochMillis the server's clock
 */
public record GroupDescription(GroupSpec spec, boolean paused, boolean autoCreated, long createdEpochMillis) {}
