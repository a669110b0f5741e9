package org.escrowmq.ops.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.escrowmq.ops.server.Node;
import picocli.CommandLine.Command;

/**
 * A run of server and client in one process that loads the classes both need, so that the JVM can archive them when it ends.
 * {@code bin/escrow} starts it; people do not.
 */
@Command(
        name = "train",
        hidden = true,
        description =
                "Starts a server in a temporary folder, uses it, and ends; bin/escrow makes the class archive with it.",
        footer = {"", "Example:", "  escrow train"})
final class TrainCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("escrow-train");
        try {
            Node node = Node.start(ServerConfig.load(
                    null,
                    Map.of(
                            ConfigKeys.DATA_FOLDER, folder.toString(),
                            ConfigKeys.MESSAGING_PORT, 0,
                            ConfigKeys.ADMIN_PORT, 0),
                    false));
            use(node);
            node.stop();
        } finally {
            remove(folder);
        }
        return ExitCode.OK.code();
    }

    private static void use(Node node) {
        String admin = "127.0.0.1:" + node.adminPort();
        String endpoint = "127.0.0.1:" + node.messagingPort();
        for (List<String> arguments : List.of(
                List.of("topic", "create", "train", "--admin", admin),
                List.of("topic", "ls", "--admin", admin, "-o", "json"),
                List.of("topic", "show", "train", "--admin", admin),
                List.of("group", "create", "train", "--start", "first", "--admin", admin),
                List.of("send", "train", "hello", "--admin", admin),
                List.of("receive", "train", "train", "--max", "1", "--ack", "--endpoint", endpoint),
                List.of("doctor", "--admin", admin, "--endpoint", endpoint))) {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            int code = EscrowCommand.line(nowhere, new PrintWriter(System.err, true))
                    .execute(arguments.toArray(new String[0]));
            if (code != ExitCode.OK.code()) throw new IllegalStateException(arguments + " ended with " + code);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
