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

/** {@code clock-jumps}: delayed messages while the server's wall clock jumps. Exit code 1 when one is early, late or lost. */
@Command(
        name = "clock-jumps",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow under libfaketime and has its wall clock jump by +1 h, +3 d, -1 h and -3 d, then forward beyond everything, while"
                    + " messages wait that are due before and after; half of them come from producers whose clock is off by as much.",
            "Holds when no message comes before its time by the server's clock, what a jump makes due comes within 2 s of it, and none is"
                    + " lost. A message may come twice: leases end with the clock.",
            "Needs libfaketime of Debian's package faketime (apt-get install faketime). Takes about two minutes.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments, 3 when libfaketime"
                    + " is missing."
        })
public final class ClockJumps implements Callable<Integer> {
    private static final int NO_LIBRARY = 3;

    @Option(names = "--messages", defaultValue = "500", description = "of each kind at each jump (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--queues", defaultValue = "4", description = "of the topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--seed", defaultValue = "20261126", description = "of the due times (${DEFAULT-VALUE})")
    private long seed;

    private ClockJumps() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new ClockJumps()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (FakeClock.library().isEmpty()) {
            System.err.println("libfaketime is missing; install it: apt-get install faketime");
            return NO_LIBRARY;
        }
        Path folder = Files.createTempDirectory("escrow-clock-jumps");
        ClockJumpsRun.Plan plan = new ClockJumpsRun.Plan(messages, queues, seed);
        Outcome outcome = ClockJumpsRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("messages", messages);
        settings.put("seed", seed);
        return outcome.report("clock-jumps", settings).print(folder);
    }
}
