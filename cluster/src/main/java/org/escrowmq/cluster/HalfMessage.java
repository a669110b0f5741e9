package org.escrowmq.cluster;

import org.escrowmq.model.Message;

/** A transactional message that nobody has decided on, as its queue stores it. */
public record HalfMessage(Message message, int queue, long storedEpochMillis) {}
