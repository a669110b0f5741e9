package org.escrowmq.ops.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.PurgeTopicRequest;
import org.escrowmq.admin.v1.QueuePurge;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives up stored messages of a topic, or shows what would go. */
@Command(
        name = "purge",
        description = {
            "Gives up stored messages of a topic, for all groups and for good. Shows what goes, by queue.",
            "The topic stays, sends and receives go on. Groups that stood before go on behind what is gone; the disk space"
                    + " comes back a little later."
        },
        footer = {
            "",
            "Example:",
            "  escrow topic purge orders --before 2025-01-31T08:00:00Z --dry-run",
            "  escrow topic purge orders --all --queue 3 --yes"
        })
final class PurgeCommand extends AdminCommand {
    /** One of the two, so that nobody purges by leaving out a word. */
    static final class Intent {
        @Option(names = "--dry-run", required = true, description = "Only shows what would go.")
        boolean dryRun;

        @Option(names = "--yes", required = true, description = "Says that the messages may go.")
        boolean yes;
    }

    /** One of the two. */
    static final class What {
        @Option(
                names = "--before",
                paramLabel = "TIME",
                required = true,
                converter = InstantConverter.class,
                description = "What was stored before this time (ISO 8601 with its zone, or milliseconds since 1970).")
        @Nullable
        Instant before;

        @Option(names = "--all", required = true, description = "All that is stored by now.")
        boolean all;
    }

    @Parameters(paramLabel = "NAME", description = "The topic.")
    String name = "";

    @ArgGroup(multiplicity = "1")
    What what = new What();

    @Option(names = "--queue", paramLabel = "N", description = "The queue. Default: all queues of the topic.")
    @Nullable
    Integer queue;

    @ArgGroup(multiplicity = "1")
    Intent intent = new Intent();

    @Override
    View ask(AdminClient admin) {
        PurgeTopicRequest.Builder request =
                PurgeTopicRequest.newBuilder().setName(name).setDryRun(intent.dryRun);
        if (queue != null) request.setQueue(queue);
        if (what.before != null) request.setBeforeEpochMillis(what.before.toEpochMilli());
        else request.setAll(true);
        List<List<Object>> rows = new ArrayList<>();
        for (QueuePurge purge :
                admin.call(AdminMethods.PURGE_TOPIC, request.build()).getQueuesList()) {
            rows.add(List.of(
                    name,
                    purge.getQueue(),
                    purge.getFrom(),
                    purge.getTo(),
                    purge.getMessages(),
                    new View.ByteCount(purge.getBytes()),
                    !intent.dryRun));
        }
        return new View.Rows(List.of("topic", "queue", "from", "to", "messages", "bytes", "purged"), rows);
    }
}
