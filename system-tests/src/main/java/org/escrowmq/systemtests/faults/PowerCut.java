package org.escrowmq.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code power-cut}: cuts the power under a loaded server again and again. Exit code 1 when anything acknowledged was lost. */
@Command(
        name = "power-cut",
        mixinStandardHelpOptions = true,
        description = {
            "Cuts the power of Escrow's disk and server N times under the load of official clients, and checks the history.",
            "The data folder is an ext4 on a disk whose write-back cache is lost with the cut (nbdkit, nbdfuse, a loop device);"
                    + " server and disk get SIGKILL in the same moment. Needs root. About 20 s a cut.",
            "Prints a report as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class PowerCut implements Callable<Integer> {
    @Option(names = "--cuts", defaultValue = "10", description = "how many (${DEFAULT-VALUE})")
    private int cuts;

    @Option(
            names = "--torn",
            description = "half of the unflushed sectors, by chance, survive a cut: torn and reordered writes")
    private boolean torn;

    @Option(
            names = "--lying-disk",
            description =
                    "flushes answer OK and do nothing before the last cut: shows that this tool finds a loss (exit code 1)")
    private boolean lying;

    @Option(names = "--rate", defaultValue = "500", description = "sends a second at most (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seed", description = "of moments and sectors (default: the time)")
    private @Nullable Long seed;

    private PowerCut() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new PowerCut()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        Path home = EscrowServer.homeOfThisTree();
        Path folder = Files.createTempDirectory("escrow-power-cut");
        System.err.println("seed " + chosen + ", folder " + folder);
        PowerCutRun run = new PowerCutRun(home, folder, cuts, torn, lying, rate, chosen, System.err::println);
        Thread cleanUp = new Thread(run::close, "power-cut-clean-up");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        run.run();
        int exitCode = FaultReport.of("power-cut", home, chosen, run.cuts(), run.findings())
                .print();
        run.close();
        if (exitCode == 0) {
            Folders.remove(folder);
        } else {
            System.err.println("platter and logs stay in " + folder);
        }
        return exitCode;
    }
}
