package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.escrowmq.admin.v1.RedriveDeadLettersRequest;
import org.escrowmq.admin.v1.RedriveDeadLettersResponse;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends dead letters back, step by step. What is decided is decided durably by the server, so the command may be ended and repeated. */
@Command(
        name = "redrive",
        description = {
            "Sends the dead letters of a group back to the topics where they come from, each exactly once.",
            "Every group that reads such a topic gets the message again. May be interrupted and repeated: what went back stays back."
        },
        footer = {"", "Example:", "  escrow dlq redrive billing --where \"amount>100\" --rate 50 --dry-run"})
final class RedriveCommand extends AdminCommand {
    private static final int PER_STEP_MAX = 32;
    private static final int WAITS_MAX = 30;
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    @Parameters(paramLabel = "GROUP", description = "The group.")
    String group = "";

    @Option(
            names = "--where",
            paramLabel = "EXPR",
            defaultValue = "",
            description = "An SQL condition on user properties. Default: all letters.")
    String where = "";

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            defaultValue = "0",
            description = "The first offset. Default: ${DEFAULT-VALUE}.")
    long from;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Letters in a second at most. Default: ${DEFAULT-VALUE}.")
    int rate;

    @Option(names = "--dry-run", description = "Counts what would go back, and sends nothing.")
    boolean dryRun;

    private int waits;

    @Override
    View ask(AdminClient admin) {
        if (rate < 1)
            throw new picocli.CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--rate must be 1 or more, got " + rate);
        PrintWriter progress = Objects.requireNonNull(spec).commandLine().getErr();
        long started = System.nanoTime();
        long shown = started;
        long matched = 0;
        long sent = 0;
        long stranded = 0;
        long at = from;
        long end = Long.MAX_VALUE;
        while (at < end) {
            RedriveDeadLettersResponse step = admin.call(
                    AdminMethods.REDRIVE_DEAD_LETTERS,
                    RedriveDeadLettersRequest.newBuilder()
                            .setGroup(group)
                            .setFromOffset(at)
                            .setWhere(where)
                            .setMax(Math.min(PER_STEP_MAX, rate))
                            .setDryRun(dryRun)
                            .build());
            matched += step.getMatched();
            sent += step.getSent();
            stranded += step.getStranded();
            // Letters that come in meanwhile, perhaps those that were just sent back, are for another time.
            if (end == Long.MAX_VALUE) end = step.getEndOffset();
            if (step.getSent() + step.getStranded() < step.getMatched() && !dryRun) awaitRoom(step.getNextOffset());
            at = step.getNextOffset();
            if (System.nanoTime() - shown >= PROGRESS_EVERY.toNanos()) {
                shown = System.nanoTime();
                progress.println("offset " + at + " of " + end + ": " + sent + " sent back");
                progress.flush();
            }
            if (at < end && !dryRun) keepRate(started, sent);
        }
        return new View.Done(
                dryRun
                        ? matched + " dead letters of group " + group + " would go back" + strandedText(stranded)
                        : sent + " dead letters of group " + group + " go back" + strandedText(stranded),
                new Fields()
                        .with("group", group)
                        .with("dryRun", dryRun)
                        .with("matched", matched)
                        .with("sent", sent)
                        .with("stranded", stranded)
                        .with("next", at)
                        .asMap());
    }

    /** Letters that were passed over or are on their way count as in flight on their queue; there is a limit. */
    private void awaitRoom(long offset) {
        if (++waits > WAITS_MAX) {
            throw new Failure(
                    ExitCode.REFUSED,
                    "the dead letters of group " + group + " have no room in flight at offset " + offset
                            + " (escrow.cluster.in-flight-max counts those that were passed over by --where, and those on"
                            + " their way); send the ones before it back first, or raise the limit");
        }
        LockSupport.parkNanos(PROGRESS_EVERY.toNanos());
    }

    private static String strandedText(long stranded) {
        return stranded == 0 ? "" : "; " + stranded + " of those that fit stay, since their topic does not exist";
    }

    /** Waits until so many letters may have been sent. */
    private void keepRate(long startedNanos, long sent) {
        long due = startedNanos + TimeUnit.SECONDS.toNanos(1) * sent / rate;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
