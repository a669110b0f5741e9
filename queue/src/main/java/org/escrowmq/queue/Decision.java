package org.escrowmq.queue;

import java.util.List;

/** The outcome of a command: events to make durable and apply (none when nothing changes), and the reply for after that. */
public record Decision(List<QueueEvent> events, QueueReply reply) {}
