package org.escrowmq.ops.cli;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.escrowmq.admin.v1.QueryMessagesRequest;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stored messages, looked at without consuming them. */
@Command(
        name = "message",
        description = "Looks at stored messages without consuming them.",
        footer = {"", "Example:", "  escrow message query --topic orders --key order-17"},
        subcommands = {
            MessageCommand.Query.class,
            MessageCommand.Peek.class,
            MessageCommand.Get.class,
            TraceCommand.class
        })
final class MessageCommand extends CommandGroup {
    @Command(
            name = "query",
            description = "Finds messages by key or by id.",
            footer = {"", "Example:", "  escrow message query --topic orders --key order-17 -o json"})
    static final class Query extends AdminCommand {
        /** One of the two. */
        static final class By {
            @Option(
                    names = "--key",
                    paramLabel = "K",
                    required = true,
                    description = "Messages that carry this key, newest first.")
            @Nullable
            String key;

            @Option(names = "--id", paramLabel = "ID", required = true, description = "The message with this id.")
            @Nullable
            String id;
        }

        @Option(names = "--topic", paramLabel = "T", required = true, description = "The topic.")
        String topic = "";

        @ArgGroup(multiplicity = "1")
        By by = new By();

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "16",
                description = "How many at most. Default: ${DEFAULT-VALUE}.")
        int max;

        @Override
        View ask(AdminClient admin) {
            QueryMessagesRequest.Builder request =
                    QueryMessagesRequest.newBuilder().setTopic(topic).setMax(max);
            if (by.key != null) request.setKey(by.key);
            if (by.id != null) request.setId(by.id);
            return MessageViews.list(
                    admin.call(AdminMethods.QUERY_MESSAGES, request.build()).getMessagesList());
        }
    }

    @Command(
            name = "peek",
            description = "Shows the messages of one queue from an offset on.",
            footer = {
                "",
                "Example:",
                "  escrow message peek orders --queue 3 --from 1000 --max 8",
                "  escrow message peek orders --sql \"price > 1000\""
            })
    static final class Peek extends AdminCommand {
        @Parameters(paramLabel = "TOPIC", description = "The topic.")
        String topic = "";

        @Option(
                names = "--queue",
                paramLabel = "N",
                defaultValue = "0",
                description = "The queue. Default: ${DEFAULT-VALUE}.")
        int queue;

        @Option(
                names = "--from",
                paramLabel = "OFFSET",
                defaultValue = "0",
                description = "The first offset. Default: ${DEFAULT-VALUE}.")
        long from;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "16",
                description = "How many at most, up to 32; with --sql any number. Default: ${DEFAULT-VALUE}.")
        int max;

        @Mixin
        SqlOption sql = new SqlOption();

        @Option(
                names = "--scan",
                paramLabel = "N",
                defaultValue = "10000",
                description = "With --sql: how many messages are looked at, at most. Default: ${DEFAULT-VALUE}.")
        int scan;

        @Override
        View ask(AdminClient admin) {
            Optional<PropertyFilter> filter = sql.filter();
            QueueScan queue = new QueueScan(admin, topic, this.queue);
            if (filter.isEmpty()) return MessageViews.list(queue.page(from, max));
            if (scan < 1) throw new Failure(ExitCode.USAGE, "--scan is " + scan + "; at least 1 is expected");
            QueueScan.Found found = queue.matching(filter.get(), from, max, scan);
            if (!found.complete()) {
                Objects.requireNonNull(spec)
                        .commandLine()
                        .getErr()
                        .println("escrow: looked at " + found.lookedAt() + " messages; go on with --from "
                                + found.next() + ", or look at more with --scan");
            }
            return MessageViews.list(found.messages());
        }
    }

    @Command(
            name = "get",
            description = "Shows the message at one offset of a queue.",
            footer = {"", "Example:", "  escrow message get --topic orders --queue 3 --offset 1017"})
    static final class Get extends AdminCommand {
        @Option(names = "--topic", paramLabel = "T", required = true, description = "The topic.")
        String topic = "";

        @Option(names = "--queue", paramLabel = "N", required = true, description = "The queue.")
        int queue;

        @Option(names = "--offset", paramLabel = "N", required = true, description = "The offset.")
        long offset;

        @Override
        View ask(AdminClient admin) {
            List<StoredMessage> found = new QueueScan(admin, topic, queue).page(offset, 1);
            // A peek below the first stored message shows that one.
            if (found.isEmpty() || found.get(0).getOffset() != offset) {
                throw new Failure(
                        ExitCode.NOT_FOUND,
                        "queue " + queue + " of topic " + topic + " has no message at offset " + offset
                                + "; what it has shows: escrow topic show " + topic);
            }
            return MessageViews.list(found);
        }
    }
}
