package org.escrowmq.systemtests.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;

/** Escrow with its default settings: every send is fsynced before its answer. */
final class EscrowBenchServer implements BenchServer {
    private final Path home;

    EscrowBenchServer(Path home) {
        this.home = home;
    }

    @Override
    public String name() {
        return "escrow";
    }

    @Override
    public void prepare(Path template, BenchTopics topics, boolean tls) {
        try (EscrowServer server = EscrowServer.start(home, template, Map.of());
                LoadClient client = LoadClient.start(template.resolve("prime.log"))) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                topics.topics().forEach(topic -> create(admin, topic));
                topics.subscriptions().forEach(subscription -> create(admin, subscription));
            }
            topics.subscriptions().forEach(subscription -> client.prime(server.endpoint(), tls, subscription));
            server.stop();
        }
    }

    private static void create(AdminCalls admin, BenchTopics.Topic topic) {
        switch (topic.type()) {
            case NORMAL -> admin.createTopic(topic.name(), topic.queues());
            case FIFO -> admin.createFifoTopic(topic.name(), topic.queues());
            case DELAY -> admin.createDelayTopic(topic.name(), topic.queues());
            case TRANSACTION -> admin.createTransactionTopic(topic.name(), topic.queues());
        }
    }

    private static void create(AdminCalls admin, BenchTopics.Subscription subscription) {
        if (subscription.fifo()) {
            admin.createFifoGroup(subscription.group(), AdminCalls.Start.LATEST);
        } else {
            admin.createGroup(subscription.group(), AdminCalls.Start.LATEST);
        }
    }

    @Override
    public RunningServer start(Path template, Path folder) {
        Folders.copy(template.resolve("data"), folder.resolve("data"));
        EscrowServer server = EscrowServer.start(home, folder, Map.of());
        return new RunningServer(
                server.endpoint(), List.of(server.process()), server.process().timeToReady());
    }
}
