package org.escrowmq.systemtests.kill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dead-letter-kills}: dead letters and redrives under kills. Exit code 1 when a message is lost or doubled. */
@Command(
        name = "dead-letter-kills",
        mixinStandardHelpOptions = true,
        description = {
            "Kills (SIGKILL) Escrow while messages become dead letters, and while they go back, and counts each.",
            "With --every-step single messages, and a kill at each write and each sync of the log that comes of their ways (needs strace)."
        })
public final class DeadLetterKills implements Callable<Integer> {
    @Option(names = "--messages", defaultValue = "2000", description = "how many (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--kills", defaultValue = "10", description = "how often on each way (${DEFAULT-VALUE})")
    private int kills;

    @Option(names = "--seed", description = "of the moments (default: the time)")
    private @Nullable Long seed;

    @Option(names = "--every-step", description = "at each step of a message, in place of moments by chance")
    private boolean everyStep;

    private DeadLetterKills() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new DeadLetterKills()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-dead-letter-kills");
        List<String> findings = everyStep
                ? DeadLetterSteps.run(EscrowServer.homeOfThisTree(), folder, System.out::println)
                : atMoments(folder);
        System.out.println(findings.size() + " findings");
        if (findings.isEmpty()) {
            Folders.remove(folder);
            return 0;
        }
        findings.stream().limit(50).forEach(finding -> System.out.println("  " + finding));
        System.out.println("data and log stay in " + folder);
        return 1;
    }

    private List<String> atMoments(Path folder) throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        System.out.println("seed " + chosen);
        List<String> findings = new DeadLetterRun(
                        EscrowServer.homeOfThisTree(), folder, messages, kills, chosen, System.out::println)
                .run();
        System.out.println(messages + " messages, " + 2 * kills + " kills");
        return findings;
    }
}
