package org.escrowmq.api.admin;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
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
import org.escrowmq.cluster.quota.QuotaSettings;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.persistence.Journal;

/** A node in memory for the admin port's tests: real catalogue rules and figures, no disk, no consumers. */
final class MemoryBroker implements Broker, AutoCloseable {
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    final Traffic traffic = new Traffic(Traffic.DEFAULT_FLOWS_MAX);
    final MemoryCatalogue catalogue = new MemoryCatalogue();
    final MemoryQueues queues = new MemoryQueues(catalogue, traffic);
    final MemoryDeadLetters deadLetters = new MemoryDeadLetters();
    final MemoryQuotas quotas = new MemoryQuotas(catalogue, QuotaSettings.of(ConfigFactory.load()));
    final MemoryClients clients = new MemoryClients();
    final FiledJournal journal = new FiledJournal();
    final MemoryTransactions transactions = new MemoryTransactions();
    final MemoryDelays delays = new MemoryDelays(catalogue);
    private final ActorSystem system;

    private MemoryBroker(ActorSystem system) {
        this.system = system;
    }

    /** A node that is still starting. */
    static MemoryBroker starting() {
        return new MemoryBroker(ActorSystem.create("admin-test", config()));
    }

    /** A node that serves. */
    static MemoryBroker serving() {
        MemoryBroker broker = starting();
        broker.ready.complete(null);
        return broker;
    }

    static Config config() {
        return ConfigFactory.parseString(
                        "pekko { loglevel = WARNING, loggers = [\"org.apache.pekko.event.slf4j.Slf4jLogger\"],"
                                + " jvm-exit-on-fatal-error = off, actor.provider = local, coordinated-shutdown.run-by-jvm-shutdown-hook = off }")
                .withFallback(ConfigFactory.load());
    }

    @Override
    public Catalogue catalogue() {
        return catalogue;
    }

    @Override
    public MessageExchange exchange() {
        return queues;
    }

    @Override
    public QueueStreams streams() {
        return queues.streams;
    }

    @Override
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public TransactionDesk transactions() {
        return transactions;
    }

    @Override
    public DelayDesk delays() {
        return delays;
    }

    @Override
    public ClientRegistry clients() {
        return clients;
    }

    @Override
    public QueueInspection inspection() {
        return queues;
    }

    @Override
    public Journal journal() {
        return journal.journal();
    }

    @Override
    public Quotas quotas() {
        return quotas;
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public int awakeQueues() {
        return 7;
    }

    @Override
    public ActorSystem system() {
        return system;
    }

    @Override
    public CompletionStage<Void> ready() {
        return ready;
    }

    @Override
    public CompletionStage<Void> stop() {
        system.terminate();
        return system.getWhenTerminated().thenAccept(done -> {});
    }

    @Override
    public void close() {
        stop().toCompletableFuture().join();
    }
}
