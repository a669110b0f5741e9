package org.escrowmq.systemtests.kill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.load.Latencies;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stubborn-messages}: what messages that always fail cost their neighbours. Exit code 1 when some of them were not given up. */
@Command(
        name = "stubborn-messages",
        mixinStandardHelpOptions = true,
        description =
                "Measures the latency of messages beside others of their queue that always fail, until those are given up.")
public final class StubbornMessages implements Callable<Integer> {
    @Option(names = "--rate", defaultValue = "200", description = "good messages a second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--stubborn", defaultValue = "5", description = "messages that always fail (${DEFAULT-VALUE})")
    private int stubborn;

    @Option(names = "--seconds", defaultValue = "20", description = "with and without them (${DEFAULT-VALUE})")
    private int seconds;

    private StubbornMessages() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new StubbornMessages()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("escrow-stubborn-messages");
        StubbornRun.Result result = new StubbornRun(
                        EscrowServer.homeOfThisTree(), folder, rate, stubborn, Duration.ofSeconds(seconds))
                .run();
        print("alone", result.alone());
        print("beside " + stubborn + " that fail", result.beside());
        System.out.println("dead letters: " + result.deadLetters());
        Folders.remove(folder);
        return result.deadLetters() == stubborn ? 0 : 1;
    }

    private static void print(String what, Latencies.Figures figures) {
        System.out.printf(
                "%-20s p50 %.1f ms, p99 %.1f ms, largest %.1f ms%n",
                what, figures.p50Millis(), figures.p99Millis(), figures.maxMillis());
    }
}
