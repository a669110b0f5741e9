package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.config.ServerConfig;
import org.escrowmq.ops.server.Node;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A server as its configuration says. */
@Command(
        name = "server",
        description = "Runs a server. SIGTERM stops it once everything is answered.",
        footer = {"", "Example:", "  escrow server --config conf/escrow.conf"})
final class ServerCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The configuration (HOCON); see docs/manual.md.")
    Path config = Path.of("");

    @Option(
            names = "--insecure-bind",
            description = "Allows other addresses than loopback, although there is no authentication yet.")
    boolean insecureBind;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Node node = Node.start(ServerConfig.load(config, Map.of(), insecureBind));
        out.println(node.readyLine());
        out.flush();
        node.awaitStopped();
        return ExitCode.OK.code();
    }
}
