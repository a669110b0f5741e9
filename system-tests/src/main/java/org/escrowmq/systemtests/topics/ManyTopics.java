package org.escrowmq.systemtests.topics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.report.ToolReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code many-topics}: what very many topics cost. Exit code 1 when a floor is missed. */
@Command(
        name = "many-topics",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Escrow with its default memory, makes N topics of one queue through the admin service, and measures: making them,"
                    + " a start with them, the memory of an idle one, sends to topics by chance, and what is left when all sleep again.",
            "Floors: 100,000 topics made in 60 s, ready again within 15 s, 2 KiB for an idle one, no send lost or refused."
                    + " About six minutes with 100,000.",
            "Prints a table, then the same as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class ManyTopics implements Callable<Integer> {
    @Option(names = "--topics", defaultValue = "100000", description = "how many (${DEFAULT-VALUE})")
    private int topics;

    @Option(
            names = "--sends",
            description = "to each topic once, the rest by chance; 0 for none (default: twice the topics)")
    private @Nullable Integer sends;

    @Option(names = "--in-flight", defaultValue = "256", description = "sends without an answer (${DEFAULT-VALUE})")
    private int inFlight;

    @Option(
            names = "--creators",
            defaultValue = "24",
            description = "topics made at a time; escrow.api.admin.calls-max is 32 (${DEFAULT-VALUE})")
    private int creators;

    @Option(
            names = "--idle-seconds",
            defaultValue = "60",
            description = "escrow.cluster.queue.idle-timeout (${DEFAULT-VALUE}, which is the server's own)")
    private int idleSeconds;

    @Option(names = "--seed", description = "of the topics that are sent to (default: the time)")
    private @Nullable Long seed;

    private ManyTopics() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new ManyTopics()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        Path folder = Files.createTempDirectory("escrow-many-topics");
        System.err.println("seed " + chosen + ", folder " + folder);
        ManyTopicsRun.Plan plan = new ManyTopicsRun.Plan(
                topics,
                sends == null ? 2 * topics : sends,
                inFlight,
                creators,
                Duration.ofSeconds(idleSeconds),
                chosen);
        ManyTopicsRun.Result result =
                ManyTopicsRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("topics", topics);
        settings.put("seed", chosen);
        return new ToolReport("many-topics", settings, result.figures(), result.findings()).print(folder);
    }
}
