package org.escrowmq.ops.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.persistence.Journal;

/** A broker that is ready when the whole server is: listening and warm. The admin port's /readyz goes by it. Thread-safe. */
record AnnouncedBroker(Broker node, CompletableFuture<Void> announced) implements Broker {
    @Override
    public Catalogue catalogue() {
        return node.catalogue();
    }

    @Override
    public MessageExchange exchange() {
        return node.exchange();
    }

    @Override
    public QueueStreams streams() {
        return node.streams();
    }

    @Override
    public DeadLetters deadLetters() {
        return node.deadLetters();
    }

    @Override
    public ClientRegistry clients() {
        return node.clients();
    }

    @Override
    public TransactionDesk transactions() {
        return node.transactions();
    }

    @Override
    public DelayDesk delays() {
        return node.delays();
    }

    @Override
    public QueueInspection inspection() {
        return node.inspection();
    }

    @Override
    public Quotas quotas() {
        return node.quotas();
    }

    @Override
    public Traffic traffic() {
        return node.traffic();
    }

    @Override
    public int awakeQueues() {
        return node.awakeQueues();
    }

    @Override
    public Journal journal() {
        return node.journal();
    }

    @Override
    public ActorSystem system() {
        return node.system();
    }

    @Override
    public CompletionStage<Void> ready() {
        return announced;
    }

    @Override
    public CompletionStage<Void> stop() {
        return node.stop();
    }
}
