package org.escrowmq.ops.server;

import com.typesafe.config.Config;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Broker;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;

/** The services of a node, wired together. */
final class Services {
    private final Broker broker;

    private Services(Broker broker) {
        this.broker = broker;
    }

    static Services start(Config config) {
        throw new Failure(ExitCode.ERROR, "this build holds no broker; " + config.origin().description());
    }

    Broker broker() {
        return broker;
    }

    int messagingPort() {
        return 0;
    }

    int adminPort() {
        return 0;
    }

    CompletionStage<Void> stop() {
        return broker.stop();
    }
}
