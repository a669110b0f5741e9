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

/** {@code recall-race}: recalls at the moment at which their messages are due. Exit code 1 when an answer was not true. */
@Command(
        name = "recall-race",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow, sends messages that are due after one to three seconds, recalls each within 20 ms before or after its time, and"
                    + " consumes what is delivered. A message whose recall was answered OK must never come; one whose recall was"
                    + " answered ALREADY_DELIVERED must come once; there is no other answer.",
            "Each of the two has to be 5 %% of the answers, else the race was none.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class RecallRace implements Callable<Integer> {
    @Option(names = "--recalls", defaultValue = "1000000", description = "one for each message (${DEFAULT-VALUE})")
    private int recalls;

    @Option(names = "--rate", defaultValue = "3000", description = "messages a second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--spread-millis", defaultValue = "20", description = "around the due time (${DEFAULT-VALUE})")
    private int spreadMillis;

    @Option(names = "--queues", defaultValue = "8", description = "of the topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--consumers", defaultValue = "4", description = "of one group (${DEFAULT-VALUE})")
    private int consumers;

    @Option(names = "--seed", defaultValue = "20261126", description = "of the times (${DEFAULT-VALUE})")
    private long seed;

    private RecallRace() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new RecallRace()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-recall-race");
        RecallRaceRun.Plan plan = new RecallRaceRun.Plan(recalls, rate, spreadMillis, queues, consumers, seed);
        Outcome outcome = RecallRaceRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("recalls", recalls);
        settings.put("rate", rate);
        settings.put("spreadMillis", spreadMillis);
        settings.put("seed", seed);
        return outcome.report("recall-race", settings).print(folder);
    }
}
