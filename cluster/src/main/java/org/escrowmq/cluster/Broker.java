package org.escrowmq.cluster;

import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.persistence.Journal;

/** A running node, as the services above it see it. */
public interface Broker {
    /** Topics and groups. */
    Catalogue catalogue();

    /** Send, receive, acknowledge. */
    MessageExchange exchange();

    /** Stored messages read in order, and where groups stand. */
    QueueStreams streams();

    /** What groups gave up. */
    DeadLetters deadLetters();

    /** Transactions, for operators. */
    TransactionDesk transactions();

    /** Messages that wait for their time, for operators. */
    DelayDesk delays();

    /** The clients heard here. */
    ClientRegistry clients();

    /** What topics, groups and clients are allowed. */
    Quotas quotas();

    /** For operators. */
    QueueInspection inspection();

    /** The store: status, backup. */
    Journal journal();

    /** Counts of messages and bytes in and out, for metrics. */
    Traffic traffic();

    /** How many queues have an actor in memory, or are about to; for metrics. */
    int awakeQueues();

    /** The actor system, for services that run on Pekko. */
    org.apache.pekko.actor.ActorSystem system();

    /** Completes when queues are served: the shards are up, the catalogue is recovered, the path is warm. */
    CompletionStage<Void> ready();

    /** Finishes polls, answers what is in flight, closes the journal, ends the actor system. */
    CompletionStage<Void> stop();
}
