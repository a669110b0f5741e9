package org.escrowmq.queue;

import org.escrowmq.model.QueueId;

/** Names a move for good, for the queue that takes the message in: where it comes from, and which move of the group it is. */
public record MoveId(QueueId from, int groupNumber, long number) {}
