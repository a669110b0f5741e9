package org.escrowmq.transaction;

import java.util.List;

/** The outcome of a command: events to make durable and apply (none when nothing changes), and the reply for after that. */
public record TransactionDecision(List<TransactionEvent> events, TransactionReply reply) {}
