package org.escrowmq.queue;

import java.util.List;

/**
 * The outcome of a command: events to make durable and apply (none when nothing changes), and the reply for after that. A
 * reply without events tells of the state it was decided on, so it too waits until the events of that state are durable.
 */
public record Decision(List<QueueEvent> events, QueueReply reply) {}
