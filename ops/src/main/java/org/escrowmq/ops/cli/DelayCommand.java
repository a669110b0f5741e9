package org.escrowmq.ops.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest.Action;
import org.escrowmq.admin.v1.CountDelayedMessagesRequest;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.DescribeDelayedMessageRequest;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Delayed messages. */
@Command(
        name = "delay",
        description = "Lists, shows, counts and changes messages that wait for their time.",
        footer = {"", "Example:", "  escrow delay ls --topic reminders --to +1h"},
        subcommands = {
            DelayCommand.Ls.class,
            DelayCommand.Show.class,
            DelayCommand.Cancel.class,
            DelayCommand.Reschedule.class,
            DelayCommand.Fire.class,
            DelayCommand.Histogram.class
        })
final class DelayCommand extends CommandGroup {
    @Command(
            name = "ls",
            description = "Lists messages that wait, by due time in each queue.",
            footer = {"", "Example:", "  escrow delay ls --topic reminders --from 2025-01-31T08:00:00Z --key order-17"})
    static final class Ls extends AdminCommand {
        @Mixin
        DelayFilter filter = new DelayFilter();

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many at most. Default: ${DEFAULT-VALUE}.")
        int max;

        @Override
        View ask(AdminClient admin) {
            List<DelayedMessage> found = new ArrayList<>();
            filter.forEach(admin, Math.max(1, max), found::add);
            return DelayViews.list(found);
        }
    }

    @Command(
            name = "show",
            description = "Shows all about one delayed message: how it stands, who changed it, and what it holds.",
            footer = {
                "",
                "Example:",
                "  escrow delay show D1-1a-3-4d2-1999b2a3c00",
                "  escrow delay show --topic reminders --message-id 01DA1D6EE41B4C2A3B0A7B5C0000000001"
            })
    static final class Show extends AdminCommand {
        /** What its producer knows of it. */
        static final class Sent {
            @Option(names = "--topic", paramLabel = "TOPIC", required = true, description = "The message's topic.")
            String topic = "";

            @Option(names = "--message-id", paramLabel = "M", required = true, description = "The message's id.")
            String messageId = "";
        }

        /** One of the two. */
        static final class Which {
            @Parameters(paramLabel = "ID", arity = "0..1", description = "The recall handle.")
            @Nullable
            String id;

            @ArgGroup(exclusive = false)
            @Nullable
            Sent sent;
        }

        @ArgGroup(multiplicity = "1")
        Which which = new Which();

        @Override
        View ask(AdminClient admin) {
            DescribeDelayedMessageRequest.Builder request = DescribeDelayedMessageRequest.newBuilder();
            if (which.id != null) request.setRecallHandle(which.id);
            if (which.sent != null) {
                request.getSentBuilder().setTopic(which.sent.topic).setMessageId(which.sent.messageId);
            }
            return DelayViews.detail(admin.call(AdminMethods.DESCRIBE_DELAYED_MESSAGE, request.build()));
        }
    }

    @Command(
            name = "cancel",
            description = "Cancels messages that wait, for good: they are never delivered.",
            footer = {
                "",
                "Example:",
                "  escrow delay cancel D1-1a-3-4d2-1999b2a3c00 --reason \"the order was cancelled\""
            })
    static final class Cancel extends ActOnDelayedMessages {
        @Override
        Action change() {
            return Action.CANCEL;
        }
    }

    @Command(
            name = "reschedule",
            description = "Has messages that wait delivered at another time.",
            footer = {
                "",
                "Example:",
                "  escrow delay reschedule --topic reminders --from +0s --to +2h --at +3h --dry-run"
            })
    static final class Reschedule extends ActOnDelayedMessages {
        @Option(
                names = "--at",
                paramLabel = "TIME",
                required = true,
                converter = DueTimeConverter.class,
                description = "When: ISO 8601 with its zone, milliseconds since 1970, or +10m from now.")
        Instant at = Instant.EPOCH;

        @Override
        Action change() {
            return Action.RESCHEDULE;
        }

        @Override
        long dueEpochMillis() {
            return at.toEpochMilli();
        }

        /** A time that is over would deliver at once, for good: more often a slip of the pen than meant. */
        @Override
        View ask(AdminClient admin) {
            if (at.isBefore(Instant.now())) {
                throw wrong("--at must lie ahead, got " + at + "; what delivers now is: escrow delay fire");
            }
            return super.ask(admin);
        }
    }

    @Command(
            name = "fire",
            description = "Has messages that wait delivered now.",
            footer = {"", "Example:", "  escrow delay fire --topic reminders --key order-17 --yes"})
    static final class Fire extends ActOnDelayedMessages {
        @Override
        Action change() {
            return Action.FIRE;
        }
    }

    @Command(
            name = "histogram",
            description = "Counts the messages of a topic that wait, by the hour or day (UTC) in which they are due.",
            footer = {"", "Example:", "  escrow delay histogram --topic reminders --by day"})
    static final class Histogram extends AdminCommand {
        @Option(names = "--topic", paramLabel = "TOPIC", required = true, description = "The topic.")
        String topic = "";

        @Option(
                names = "--by",
                paramLabel = "hour|day",
                defaultValue = "hour",
                description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        DelayViews.Span by = DelayViews.Span.HOUR;

        @Override
        View ask(AdminClient admin) {
            return DelayViews.histogram(
                    admin.call(
                            AdminMethods.COUNT_DELAYED_MESSAGES,
                            CountDelayedMessagesRequest.newBuilder()
                                    .setTopic(topic)
                                    .build()),
                    by);
        }
    }
}
