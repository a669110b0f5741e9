package org.escrowmq.cluster.partition;

import org.jspecify.annotations.Nullable;

/**
 * A transactional message made ready for its queue.
 *
 * @param recoverAfterMillis the immunity that it brings, where it brings one
 */
public record Half(OutgoingBlob message, @Nullable Long recoverAfterMillis) {}
