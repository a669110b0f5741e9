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

/** {@code delay-burst}: very many delayed messages due in the same second. Exit code 1 when a limit is missed. */
@Command(
        name = "delay-burst",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow with its default memory and stores N messages of 100 bytes that are all due in the same second. Measures from the"
                    + " end of that second until consumers can have them all (by the queues' offsets), until a consumer group has them,"
                    + " and the sends of an official client to another topic before and meanwhile.",
            "Limits: all available within 5 s of the second's end, p99 of the other topic's sends at most three times; none early, lost or"
                    + " twice, and none waiting at the end.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class DelayBurst implements Callable<Integer> {
    @Option(names = "--messages", defaultValue = "500000", description = "in the one second (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--queues", defaultValue = "8", description = "of their topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--consumers", defaultValue = "8", description = "of one group, afterwards (${DEFAULT-VALUE})")
    private int consumers;

    @Option(names = "--per-request", defaultValue = "16", description = "messages in one send (${DEFAULT-VALUE})")
    private int perRequest;

    @Option(names = "--in-flight", defaultValue = "64", description = "requests without an answer (${DEFAULT-VALUE})")
    private int inFlight;

    @Option(names = "--steady-rate", defaultValue = "200", description = "sends a second beside (${DEFAULT-VALUE})")
    private int steadyRate;

    @Option(
            names = "--load-rate",
            defaultValue = "5000",
            description = "messages a second that are stored at least: so the second is chosen (${DEFAULT-VALUE})")
    private int loadRate;

    private DelayBurst() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new DelayBurst()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-delay-burst");
        DelayBurstRun.Plan plan =
                new DelayBurstRun.Plan(messages, queues, consumers, perRequest, inFlight, steadyRate, loadRate);
        Outcome outcome = DelayBurstRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("messages", messages);
        settings.put("queues", queues);
        return outcome.report("delay-burst", settings).print(folder);
    }
}
