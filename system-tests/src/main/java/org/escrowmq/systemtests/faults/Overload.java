package org.escrowmq.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code overload}: more sends in flight than a server of its own can carry out. Exit code 1 when what it takes suffers. */
@Command(
        name = "overload",
        mixinStandardHelpOptions = true,
        description = {
            "Finds how many sends in flight give the most a second, then keeps ten times as many in flight, each refused one sent again"
                    + " at once. Server and generator are pinned to a processor each (ESCROW_GENERATOR_CPU, 1, for the generator).",
            "Holds when under overload 90 % or more of the maximum (the mean of before and after) is still accepted, the server's memory stays flat, everything is as"
                    + " before within 10 s of its end, and a client that sends little to another topic has no failure.",
            "Prints a report as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class Overload implements Callable<Integer> {
    @Option(
            names = "--in-flight",
            split = ",",
            defaultValue = "64,128,256,512,1024",
            description = "numbers in flight that are tried for the maximum, rising (${DEFAULT-VALUE})")
    private List<Integer> inFlight = List.of();

    @Option(
            names = "--factor",
            defaultValue = "10",
            description = "the overload's in flight to the maximum's (${DEFAULT-VALUE})")
    private int factor;

    @Option(
            names = "--warm-up-seconds",
            defaultValue = "60",
            description = "half of it under overload (${DEFAULT-VALUE})")
    private long warmUpSeconds;

    @Option(
            names = "--probe-seconds",
            defaultValue = "8",
            description = "of each number that is tried (${DEFAULT-VALUE})")
    private long probeSeconds;

    @Option(
            names = "--base-seconds",
            defaultValue = "30",
            description = "at the maximum, before the overload and after it (${DEFAULT-VALUE})")
    private long baseSeconds;

    @Option(names = "--seconds", defaultValue = "120", description = "of the overload (${DEFAULT-VALUE})")
    private long seconds;

    @Option(names = "--body-bytes", defaultValue = "1024", description = "(${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(names = "--connections", defaultValue = "4", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--calm-rate",
            defaultValue = "50",
            description = "sends a second to the other topic (${DEFAULT-VALUE})")
    private int calmRate;

    @Option(names = "--server-cpu", defaultValue = "0", description = "the server's processor (${DEFAULT-VALUE})")
    private int serverCpu;

    @Option(names = "--key", description = "KEY=VALUE of the server's configuration, any number of times")
    private Map<String, String> keys = Map.of();

    @Option(names = "--json", description = "a file for the report, beside standard output")
    private @Nullable Path json;

    private Overload() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Overload()).execute(args));
    }

    /** What was measured, and when. */
    record Figures(double recoverySeconds, List<OverloadRun.Phase> phases, List<OverloadRun.Second> seconds) {}

    @Override
    public Integer call() throws Exception {
        Path home = EscrowServer.homeOfThisTree();
        Path folder = Files.createTempDirectory("escrow-overload");
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        FaultReport report;
        try (EscrowServer server = EscrowServer.start(home, folder, keys)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "overload-clean-up"));
            for (long pid : server.process().pids()) {
                Commands.run("taskset", "-a", "-p", "-c", Integer.toString(serverCpu), Long.toString(pid));
            }
            OverloadRun.Plan plan = new OverloadRun.Plan(
                    inFlight,
                    factor,
                    Duration.ofSeconds(warmUpSeconds),
                    Duration.ofSeconds(probeSeconds),
                    Duration.ofSeconds(baseSeconds),
                    Duration.ofSeconds(seconds),
                    calmRate);
            OverloadRun run = new OverloadRun(server, plan, bodyBytes, connections, System.err::println);
            run.run(scheduler);
            Figures figures = new Figures(run.recoverySeconds(), run.phases(), run.seconds());
            report = FaultReport.of("overload", home, 0, List.of(figures), run.findings());
        } finally {
            scheduler.shutdownNow();
            Folders.remove(folder);
        }
        if (json != null) Files.writeString(json, report.json());
        return report.print();
    }
}
