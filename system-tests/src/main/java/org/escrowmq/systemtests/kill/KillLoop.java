package org.escrowmq.systemtests.kill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kill-loop}: kills the server again and again under load, and says what that did. Exit code 1 when anything was wrong. */
@Command(
        name = "kill-loop",
        mixinStandardHelpOptions = true,
        description = "Kills (SIGKILL) Escrow under load N times, restarts it, and checks the history of all clients.")
public final class KillLoop implements Callable<Integer> {
    @Option(names = "--kills", defaultValue = "50", description = "how many times (${DEFAULT-VALUE})")
    private int kills;

    @Option(names = "--rate", defaultValue = "1000", description = "sends a second at most (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seed", description = "of the moments (default: the time)")
    private @Nullable Long seed;

    @Option(
            names = "--tls",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "clients over TLS, their default; --no-tls for plaintext")
    private boolean tls;

    private KillLoop() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new KillLoop()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        System.out.println("seed " + chosen);
        Path folder = Files.createTempDirectory("escrow-kill-loop");
        KillRun run = new KillRun(EscrowServer.homeOfThisTree(), folder, kills, rate, chosen, tls, System.out::println);
        KillRun.Result result = run.run();
        System.out.printf(
                "%d acknowledged sends, %d without answer, %d kills%n",
                result.messages(), result.unknownSends(), result.restarts().size());
        System.out.printf("%12s %10s %14s %18s%n", "data MB", "ready ms", "send after ms", "delivery after ms");
        for (KillRun.Restart restart : result.restarts()) {
            System.out.printf(
                    "%12d %10d %14d %18d%n",
                    restart.dataBytes() / 1_000_000,
                    restart.toReady().toMillis(),
                    restart.toSend().toMillis(),
                    restart.toDelivery().toMillis());
        }
        Duration slowest = result.restarts().stream()
                .map(KillRun.Restart::toReady)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        System.out.println("slowest start: " + slowest.toMillis() + " ms");
        if (result.violations().isEmpty()) {
            System.out.println("history: all invariants hold");
            Folders.remove(folder);
            return 0;
        }
        System.out.println("history: " + result.violations().size() + " violations; data and log stay in " + folder);
        result.violations().stream().limit(50).forEach(violation -> System.out.println("  " + violation));
        return 1;
    }
}
