package org.escrowmq.systemtests.duplicates;

import com.google.gson.GsonBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code duplicate-drop}: loses answers of sends, and counts what was stored. Exit code 1 when anything is there twice or missing. */
@Command(
        name = "duplicate-drop",
        mixinStandardHelpOptions = true,
        description = {
            "Sends N messages with the official Java client through a gRPC proxy that answers UNAVAILABLE for a part of the sends that"
                    + " the server has stored, so that the client sends them again; then reads all messages back.",
            "Holds when each acknowledged message is stored once and none twice. About five minutes for 1,000,000.",
            "Prints a report as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class DuplicateDrop implements Callable<Integer> {
    @Option(names = "--sends", defaultValue = "1000000", description = "how many (${DEFAULT-VALUE})")
    private int sends;

    @Option(
            names = "--lost-percent",
            defaultValue = "5",
            description = "of the good answers become UNAVAILABLE (${DEFAULT-VALUE})")
    private double lostPercent;

    @Option(names = "--restart", description = "kills (SIGKILL) the server in the middle and starts it again")
    private boolean restart;

    @Option(names = "--in-flight", defaultValue = "256", description = "sends without an answer (${DEFAULT-VALUE})")
    private int inFlight;

    @Option(names = "--queues", defaultValue = "8", description = "of the topic (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--body-bytes", defaultValue = "128", description = "of a message, 8 or more (${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(
            names = "--keep-duplicates",
            description = "the topic stores what is sent again: shows that this tool sees it (exit code 1)")
    private boolean keepDuplicates;

    @Option(names = "--seed", description = "of the answers that are lost (default: the time)")
    private @Nullable Long seed;

    private DuplicateDrop() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new DuplicateDrop()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        Path folder = Files.createTempDirectory("escrow-duplicate-drop");
        System.err.println("seed " + chosen + ", folder " + folder);
        DuplicateDropRun.Plan plan = new DuplicateDropRun.Plan(
                sends, inFlight, queues, Math.max(8, bodyBytes), lostPercent / 100, restart, !keepDuplicates, chosen);
        DuplicateDropRun.Result result =
                DuplicateDropRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.err::println);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("tool", "duplicate-drop");
        report.put("plan", plan);
        report.put("result", result);
        System.out.println(new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(report));
        if (result.findings().isEmpty()) {
            Folders.remove(folder);
            return 0;
        }
        System.err.println("data and log stay in " + folder);
        return 1;
    }
}
