package org.escrowmq.ops.cli;

import java.time.Duration;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The life of one message. */
@Command(
        name = "trace",
        description = {
            "Shows what happened to a message: stored, delivered to whom and when, handed back, acknowledged, given up;"
                    + " and how each group stands to it now.",
            "It is read from the journal, which keeps this as long as the message, and says what it does not know."
        },
        footer = {
            "",
            "Example:",
            "  escrow message trace --topic orders --id 01DA1D6EE41B4C2A3B0A7B5C0000000001",
            "  escrow message trace --topic orders --queue 3 --offset 1017 -o json"
        })
final class TraceCommand extends AdminCommand {
    /** Where the message is. */
    static final class Place {
        @Option(names = "--queue", paramLabel = "N", required = true, description = "The message's queue.")
        int queue;

        @Option(
                names = "--offset",
                paramLabel = "N",
                required = true,
                description = "Its offset there; it may be stored no more.")
        long offset;
    }

    /** One of the two. */
    static final class By {
        @Option(names = "--id", paramLabel = "ID", required = true, description = "The message's id.")
        @Nullable
        String id;

        @ArgGroup(exclusive = false)
        @Nullable
        Place place;
    }

    @Option(names = "--topic", paramLabel = "T", required = true, description = "The message's topic.")
    String topic = "";

    @ArgGroup(multiplicity = "1")
    By by = new By();

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "How long the server reads at most, up to 15s. Default: ${DEFAULT-VALUE}.")
    Duration within = Duration.ofSeconds(5);

    @Override
    View ask(AdminClient admin) {
        TraceMessageRequest.Builder request =
                TraceMessageRequest.newBuilder().setTopic(topic).setWithinMillis(within.toMillis());
        if (by.id != null) request.setMessageId(by.id);
        if (by.place != null) request.getPlaceBuilder().setQueue(by.place.queue).setOffset(by.place.offset);
        return TraceViews.life(admin.call(AdminMethods.TRACE_MESSAGE, request.build(), within.plus(common.timeout)));
    }
}
