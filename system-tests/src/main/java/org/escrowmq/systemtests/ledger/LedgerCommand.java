package org.escrowmq.systemtests.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ledger}: transactions against a ledger under kills. Exit code 1 when what was delivered is not what it committed. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Producers (official Java clients in processes of their own) send half messages for the rows of a ledger, are killed at every"
                    + " step and replaced; decisions are left to checks, doubled and contradicted; the server is killed (SIGKILL) 5 s"
                    + " after each time that it was ready. At the end the delivered messages have to be the committed rows, each once,"
                    + " and nothing may be open or parked."
        })
public final class LedgerCommand implements Callable<Integer> {
    @Option(names = "--transactions", defaultValue = "100000", description = "how many (${DEFAULT-VALUE})")
    private int transactions;

    @Option(names = "--seed", description = "of the moments (default: the time)")
    private @Nullable Long seed;

    private LedgerCommand() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new LedgerCommand()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        System.out.println("seed " + chosen);
        Path folder = Files.createTempDirectory("escrow-ledger");
        LedgerRun.Result result =
                new LedgerRun(EscrowServer.homeOfThisTree(), folder, transactions, chosen, System.out::println).run();
        System.out.println(result.rows() + " transactions, " + result.committed() + " committed; the server was killed "
                + result.serverKills() + " times; producers halted at " + result.halts() + " and were killed "
                + result.producerKills() + " times, " + result.rolledBackByDeath()
                + " rows were rolled back by that; nothing was open "
                + result.untilNothingWasOpen().toMillis()
                + " ms after the last one");
        if (result.violations().isEmpty()) {
            System.out.println("what was delivered is what was committed");
            Folders.remove(folder);
            return 0;
        }
        System.out.println(result.violations().size() + " violations; data and log stay in " + folder);
        result.violations().stream().limit(50).forEach(violation -> System.out.println("  " + violation));
        return 1;
    }
}
