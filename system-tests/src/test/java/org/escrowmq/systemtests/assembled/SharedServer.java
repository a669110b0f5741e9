package org.escrowmq.systemtests.assembled;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.client.Target;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One running server for all test classes of this JVM that do not stop or overload it; each test has topics and groups of its own.
 * Started by the first class that wants it and ended with the test plan.
 */
public final class SharedServer implements BeforeAllCallback, ParameterResolver {
    /** After this a silent client is gone: 120 s by default, short here. */
    static final Duration LIVENESS = LongSuite.on() ? Duration.ofSeconds(120) : Duration.ofSeconds(25);

    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    private static Running running(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                .getOrComputeIfAbsent("server", key -> new Running(), Running.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context);
    }

    /** The server and ready-made ways to talk to it. Thread-safe. */
    public static final class Running implements AutoCloseable {
        private final Path folder = ServerFolders.create("shared");
        private final EscrowServer server = EscrowServer.start(
                EscrowServer.homeOfThisTree(),
                folder,
                Map.of("escrow.cluster.client-liveness", LIVENESS.toSeconds() + "s"));
        private final AdminCalls admin = new AdminCalls(server.adminEndpoint());
        private final AtomicInteger names = new AtomicInteger();

        String endpoint() {
            return server.endpoint();
        }

        AdminCalls admin() {
            return admin;
        }

        /** What {@code bin/escrow ARGUMENTS} prints against this server; an exception when it does not end with 0. */
        String command(String... arguments) {
            return server.command(arguments);
        }

        /** Over plaintext: cheaper, and TLS has tests of its own. */
        OfficialClients clients() {
            return clients(false);
        }

        OfficialClients clients(boolean tls) {
            return new OfficialClients(new Target(server.endpoint(), tls));
        }

        RawClient raw() {
            return new RawClient(server.endpoint());
        }

        /** A new normal topic. */
        String topic(int queues) {
            String name = "topic-" + names.incrementAndGet();
            admin.createTopic(name, queues);
            return name;
        }

        /** A new topic whose messages have message groups. */
        String fifoTopic(int queues) {
            String name = "topic-" + names.incrementAndGet();
            admin.createFifoTopic(name, queues);
            return name;
        }

        /** A new topic whose messages come at their time. */
        String delayTopic(int queues) {
            String name = "topic-" + names.incrementAndGet();
            admin.createDelayTopic(name, queues);
            return name;
        }

        /** A new topic whose messages are of transactions. */
        String transactionTopic(int queues) {
            String name = "topic-" + names.incrementAndGet();
            admin.createTransactionTopic(name, queues);
            return name;
        }

        /** A new ordered group that starts at the first message. */
        String fifoGroup() {
            String name = newGroupName();
            admin.createFifoGroup(name, AdminCalls.Start.FIRST);
            return name;
        }

        /** A new group that starts at the first message. */
        String group() {
            String name = newGroupName();
            admin.createGroup(name, AdminCalls.Start.FIRST);
            return name;
        }

        /** A name that no group has yet. */
        String newGroupName() {
            return "group-" + names.incrementAndGet();
        }

        @Override
        public void close() {
            admin.close();
            int exit = server.stop();
            if (exit != 0 && exit != 143) {
                throw new IllegalStateException("the server's exit code after SIGTERM is " + exit + "; see " + folder);
            }
            Folders.remove(folder);
        }
    }
}
