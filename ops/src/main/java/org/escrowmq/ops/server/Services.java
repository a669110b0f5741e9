package org.escrowmq.ops.server;

import com.typesafe.config.Config;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.escrowmq.api.admin.AdminServer;
import org.escrowmq.api.admin.AdminSettings;
import org.escrowmq.api.messaging.MessagingServer;
import org.escrowmq.api.messaging.MessagingSettings;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.EscrowBroker;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Version;
import org.escrowmq.ops.config.ConfigKeys;
import org.slf4j.LoggerFactory;

/** The services of a node, wired together. */
final class Services {
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private final Broker broker;
    private final MessagingServer messaging;
    private final AdminServer admin;

    private Services(Broker broker, MessagingServer messaging, AdminServer admin) {
        this.broker = broker;
        this.messaging = messaging;
        this.admin = admin;
    }

    static Services start(Config config) {
        try {
            Broker broker = EscrowBroker.start(config, Services::storageFault);
            Waiting.forStage(broker.ready(), START_LIMIT, "the recovery of the store");
            AdminServer admin = Waiting.forStage(
                    AdminServer.start(
                            broker,
                            AdminSettings.of(config, Version.current(), config.getString(ConfigKeys.DATA_FOLDER))),
                    START_LIMIT,
                    "the admin service");
            return new Services(broker, MessagingServer.start(broker, MessagingSettings.of(config)), admin);
        } catch (IOException cannotOpen) {
            throw new CompletionException(cannotOpen);
        }
    }

    /** Nothing can be acknowledged any more; the process ends so that nobody waits for it. */
    private static void storageFault(String what, Throwable cause) {
        LoggerFactory.getLogger(Services.class).error("{}; the process ends", what, cause);
        Runtime.getRuntime().halt(ExitCode.STORAGE_FAULT.code());
    }

    Broker broker() {
        return broker;
    }

    int messagingPort() {
        return messaging.port();
    }

    int adminPort() {
        return admin.port();
    }

    CompletionStage<Void> stop() {
        admin.announceStop();
        return messaging.stop().thenCompose(done -> admin.stop()).thenCompose(done -> broker.stop());
    }
}
