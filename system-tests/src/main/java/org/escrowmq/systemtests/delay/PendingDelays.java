package org.escrowmq.systemtests.delay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pending-delays}: very many messages that wait for days, on one server. Exit code 1 when a limit is missed. */
@Command(
        name = "pending-delays",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow with its default memory and stores N messages of 100 bytes that are due within 30 days. Measures the rate beside"
                    + " that of messages without delay, memory, pages of the list, and the start after SIGKILL; has messages come due"
                    + " before the kill, while the server is down and after the start, and reads each of them. At the end the tables are lost, and made"
                    + " again from the log.",
            "Limits: two thirds of the rate of messages without delay (one in a request, as official clients send), ready within 10 s, a page in 200 ms; what waits is, hour by hour, what"
                    + " was acknowledged; none early, lost or twice.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class PendingDelays implements Callable<Integer> {
    @Option(names = "--messages", defaultValue = "10000000", description = "that wait for days (${DEFAULT-VALUE})")
    private int messages;

    @Option(
            names = "--window",
            defaultValue = "10000",
            description = "messages in each of three due windows (${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--queues", defaultValue = "8", description = "of each topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--per-request", defaultValue = "16", description = "messages in one send (${DEFAULT-VALUE})")
    private int perRequest;

    @Option(names = "--in-flight", defaultValue = "64", description = "requests without an answer (${DEFAULT-VALUE})")
    private int inFlight;

    @Option(names = "--seed", defaultValue = "20261126", description = "of the due times (${DEFAULT-VALUE})")
    private long seed;

    private PendingDelays() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new PendingDelays()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-pending-delays");
        PendingDelaysRun.Plan plan =
                new PendingDelaysRun.Plan(messages, window, queues, perRequest, inFlight, seed, true);
        Outcome outcome = PendingDelaysRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("messages", messages);
        settings.put("window", window);
        settings.put("seed", seed);
        return outcome.report("pending-delays", settings).print(folder);
    }
}
