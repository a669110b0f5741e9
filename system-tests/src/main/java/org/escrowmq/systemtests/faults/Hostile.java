package org.escrowmq.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hostile}: attacks a server of its own while a well-behaved client is served. Exit code 1 when that client notices. */
@Command(
        name = "hostile",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow and attacks it over the loopback interface while an official client sends at a fixed rate: garbage,"
                    + " truncated and wrong HTTP/2 frames, rapid reset, 1,000 idle connections, oversized and unknown requests.",
            "Holds when each attack gets its right answer, the client has no failure and its p99 stays within twice that of the span"
                    + " just before, and the server's memory and threads stay bounded. About two minutes.",
            "Prints a report as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class Hostile implements Callable<Integer> {
    @Option(names = "--rate", defaultValue = "200", description = "sends a second of the client (${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--p99-floor-millis",
            defaultValue = "20",
            description = "a p99 below this is good whatever it was before (${DEFAULT-VALUE})")
    private long p99FloorMillis;

    @Option(names = "--seed", description = "of the garbage (default: the time)")
    private @Nullable Long seed;

    private Hostile() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Hostile()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        Path home = EscrowServer.homeOfThisTree();
        Path folder = Files.createTempDirectory("escrow-hostile");
        int exitCode;
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of())) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "hostile-clean-up"));
            HostileRun run = new HostileRun(server, rate, p99FloorMillis, chosen, System.err::println);
            run.run();
            exitCode = FaultReport.of("hostile", home, chosen, run.steps(), run.findings())
                    .print();
        }
        if (exitCode == 0) {
            Folders.remove(folder);
        } else {
            System.err.println("data and log stay in " + folder);
        }
        return exitCode;
    }
}
