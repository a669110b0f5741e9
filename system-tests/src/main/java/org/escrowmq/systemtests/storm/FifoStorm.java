package org.escrowmq.systemtests.storm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.GroupHistory;
import org.escrowmq.systemtests.history.Violation;
import org.escrowmq.systemtests.kill.RecordedKill;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fifo-storm}: order within message groups while everything fails. Exit code 1 when anything was wrong. */
@Command(
        name = "fifo-storm",
        mixinStandardHelpOptions = true,
        description =
                "Kills Escrow and replaces its consumers while listeners fail, and checks the order in each message group.",
        footer = "%nExample: system-tests/bin/fifo-storm --message-groups 1000 --kills 4 --rate 500 --seed 7")
public final class FifoStorm implements Callable<Integer> {
    private static final int VIOLATIONS_SHOWN = 50;
    private static final int HISTORIES_SHOWN = 5;

    @Option(names = "--message-groups", defaultValue = "10000", description = "how many (${DEFAULT-VALUE})")
    private int messageGroups;

    @Option(names = "--queues", defaultValue = "8", description = "of the topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--consumers", defaultValue = "8", description = "push consumers (${DEFAULT-VALUE})")
    private int consumers;

    @Option(names = "--kills", defaultValue = "20", description = "how many times (${DEFAULT-VALUE})")
    private int kills;

    @Option(names = "--rate", defaultValue = "2000", description = "sends a second at most (${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--failures",
            defaultValue = "0.002",
            description = "share of the deliveries whose listener fails (${DEFAULT-VALUE})")
    private double failures;

    @Option(names = "--seed", description = "of moments, message groups and failures (default: the time)")
    private @Nullable Long seed;

    @Option(
            names = "--tls",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "clients over TLS, their default; --no-tls for plaintext")
    private boolean tls;

    private FifoStorm() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new FifoStorm()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        System.out.println("seed " + chosen);
        StormRun.Plan plan = new StormRun.Plan(messageGroups, queues, consumers, kills, rate, failures, chosen, tls);
        Path folder = Files.createTempDirectory("escrow-fifo-storm");
        StormRun.Result result = new StormRun(EscrowServer.homeOfThisTree(), folder, plan, System.out::println).run();
        print(result);
        if (result.violations().isEmpty()) {
            System.out.println("history: all invariants hold");
            Folders.remove(folder);
            return 0;
        }
        System.out.println("history: " + result.violations().size() + " violations; data and log stay in " + folder);
        explain(result);
        return 1;
    }

    private static void print(StormRun.Result result) {
        System.out.printf(
                "%d acknowledged sends, %d without answer; %d successes of listeners, %d failures; %d redeliveries%n",
                result.count(Event.SendOk.class),
                result.count(Event.SendUnknown.class),
                result.count(Event.Consumed.class),
                result.count(Event.Failed.class),
                result.redeliveries());
        Duration slowest = result.kills().stream()
                .map(RecordedKill::toReady)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        System.out.printf(
                "%d kills, slowest start %d ms; %d replaced consumers%n",
                result.kills().size(), slowest.toMillis(), result.consumerRestarts());
    }

    private static void explain(StormRun.Result result) {
        List<Violation> violations = result.violations();
        violations.stream().limit(VIOLATIONS_SHOWN).forEach(violation -> System.out.println("  " + violation));
        Set<String> keys = new LinkedHashSet<>();
        violations.stream().map(Violation::key).filter(key -> !key.isEmpty()).forEach(keys::add);
        keys.stream().limit(HISTORIES_SHOWN).forEach(key -> {
            System.out.println("what happened to the message group of " + key + ":");
            GroupHistory.around(result.history(), key).forEach(line -> System.out.println("  " + line));
        });
    }
}
