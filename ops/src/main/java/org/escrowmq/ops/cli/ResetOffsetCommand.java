package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.OffsetMove;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a group's progress on a topic, or shows what would be moved. */
@Command(
        name = "reset-offset",
        description = {
            "Has a group go on elsewhere on a topic, back or ahead. Shows from where to where, by queue.",
            "What its consumers hold is dropped: messages behind the new place come again, those before it do not."
        },
        footer = {
            "",
            "Example:",
            "  escrow group reset-offset billing --topic orders --to 2025-01-31T08:00:00Z --dry-run"
        })
final class ResetOffsetCommand extends AdminCommand {
    /** One of the two, so that nobody moves a group by leaving out a word. */
    static final class Intent {
        @Option(names = "--dry-run", required = true, description = "Only shows what would be moved.")
        boolean dryRun;

        @Option(names = "--yes", required = true, description = "Says that the group may be moved.")
        boolean yes;
    }

    @Parameters(paramLabel = "GROUP", description = "The group.")
    String group = "";

    @Option(names = "--topic", paramLabel = "T", required = true, description = "The topic.")
    String topic = "";

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            required = true,
            converter = ResetTarget.Converter.class,
            description =
                    "first, latest, a time (ISO 8601 with its zone, or milliseconds since 1970): the first message"
                            + " stored then or later; or offset:N of one queue.")
    ResetTarget to = new ResetTarget.First();

    @Option(names = "--queue", paramLabel = "N", description = "The queue. Default: all queues of the topic.")
    @Nullable
    Integer queue;

    @ArgGroup(multiplicity = "1")
    Intent intent = new Intent();

    @Override
    View ask(AdminClient admin) {
        ResetOffsetRequest.Builder request =
                ResetOffsetRequest.newBuilder().setGroup(group).setTopic(topic).setDryRun(intent.dryRun);
        if (queue != null) request.setQueue(queue);
        to.writeTo(request);
        List<List<Object>> rows = new ArrayList<>();
        for (OffsetMove move :
                admin.call(AdminMethods.RESET_OFFSET, request.build()).getMovesList()) {
            List<Object> row = new ArrayList<>(List.of(topic, move.getQueue()));
            row.add(move.hasFrom() ? move.getFrom() : null);
            row.add(move.getTo());
            rows.add(row);
        }
        return new View.Rows(List.of("topic", "queue", "from", "to"), rows);
    }
}
