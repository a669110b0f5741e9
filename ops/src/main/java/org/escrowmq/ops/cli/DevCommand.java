package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.escrowmq.ops.server.DemoTopic;
import org.escrowmq.ops.server.Node;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A server with nothing to configure, on loopback, for trying things. As durable as any other. */
@Command(
        name = "dev",
        description = {
            "Runs a server for development: no configuration, loopback only, with a demo topic.",
            "It is as durable as any other: acknowledged means fsynced. Ctrl-C stops it."
        },
        footer = {"", "Example:", "  escrow dev --data /tmp/escrow --port 9081 --admin-port 9082"})
final class DevCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:user.home}/.escrow/dev",
            description = "The data folder. Default: ${DEFAULT-VALUE}.")
    Path data = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8081",
            description = "The messaging port; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    int port;

    @Option(
            names = "--admin-port",
            paramLabel = "N",
            defaultValue = "8082",
            description = "The admin port; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    int adminPort;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path folder = data.toAbsolutePath().normalize();
        ServerConfig config = ServerConfig.load(
                null,
                Map.of(
                        ConfigKeys.DATA_FOLDER,
                        folder.toString(),
                        ConfigKeys.MESSAGING_PORT,
                        port,
                        ConfigKeys.ADMIN_PORT,
                        adminPort,
                        ConfigKeys.LOG_LEVEL,
                        "warn"),
                false);
        Node node = Node.start(config);
        DemoTopic.create(node.catalogue());
        out.println("Escrow keeps its data in " + folder);
        out.println(node.readyLine());
        out.println(nextCommands(node));
        out.flush();
        node.awaitStopped();
        return ExitCode.OK.code();
    }

    private String nextCommands(Node node) {
        String endpoint = node.messagingPort() == 8081 ? "" : " --endpoint 127.0.0.1:" + node.messagingPort();
        String admin = node.adminPort() == 8082 ? "" : " --admin 127.0.0.1:" + node.adminPort();
        return String.join(
                "\n",
                "Try, in another terminal:",
                "  bin/escrow send " + DemoTopic.NAME + " 'hello' --key greeting-1" + admin,
                "  bin/escrow receive " + DemoTopic.NAME + " " + DemoTopic.GROUP + " --ack" + endpoint,
                "  bin/escrow topic show " + DemoTopic.NAME + admin);
    }
}
