package org.escrowmq.systemtests.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            topics.topics().forEach(topic -> server.createTopic(topic.name(), topic.queues()));
            topics.subscriptions().forEach(subscription -> server.createGroup(subscription.group(), "latest"));
            topics.subscriptions().forEach(subscription -> client.prime(server.endpoint(), tls, subscription));
            server.stop();
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
