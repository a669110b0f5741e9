package org.escrowmq.systemtests.pending;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.report.ToolReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pending-transactions}: very many open transactions on one server. Exit code 1 when a floor is missed. */
@Command(
        name = "pending-transactions",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow with its default memory, stores N half messages of 100 bytes that nobody decides, and measures: memory,"
                    + " restart after SIGKILL, pages of the list, the punctuality of 100,000 checks within a minute, a storm of checks"
                    + " with a producer that hangs, and sends to another topic beside both.",
            "Floors: ready within 10 s, a page in 200 ms, p99 of checks 1 s late, p99 of the other topic's sends at most twice.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class PendingTransactions implements Callable<Integer> {
    @Option(names = "--pending", defaultValue = "1000000", description = "half messages (${DEFAULT-VALUE})")
    private int pending;

    @Option(names = "--due", defaultValue = "100000", description = "due within the window (${DEFAULT-VALUE})")
    private int due;

    @Option(names = "--window-seconds", defaultValue = "60", description = "(${DEFAULT-VALUE})")
    private int windowSeconds;

    @Option(names = "--storm", defaultValue = "50000", description = "due at one moment (${DEFAULT-VALUE})")
    private int storm;

    @Option(names = "--steady-rate", defaultValue = "200", description = "sends a second beside (${DEFAULT-VALUE})")
    private int steadyRate;

    @Option(names = "--in-flight", defaultValue = "512", description = "sends without an answer (${DEFAULT-VALUE})")
    private int inFlight;

    private PendingTransactions() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new PendingTransactions()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-pending-transactions");
        PendingRun.Plan plan =
                new PendingRun.Plan(pending, due, Duration.ofSeconds(windowSeconds), storm, steadyRate, inFlight);
        PendingRun.Result result = PendingRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("pending", pending);
        settings.put("due", due);
        settings.put("storm", storm);
        return new ToolReport("pending-transactions", settings, result.figures(), result.findings()).print(folder);
    }
}
