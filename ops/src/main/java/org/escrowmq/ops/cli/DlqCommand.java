package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.escrowmq.admin.v1.DeadLetter;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.ListDeadLettersRequest;
import org.escrowmq.admin.v1.ListDeadLettersResponse;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.TopicName;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What groups gave up. */
@Command(
        name = "dlq",
        description = "Looks at the messages that groups gave up, and sends them back.",
        footer = {"", "Example:", "  escrow dlq redrive billing --where \"amount>100\" --rate 50"},
        subcommands = {DlqCommand.Ls.class, DlqCommand.Show.class, RedriveCommand.class})
final class DlqCommand extends CommandGroup {
    @Command(
            name = "ls",
            description = "Lists the groups that gave messages up, or the dead letters of one group.",
            footer = {"", "Example:", "  escrow dlq ls billing --where \"amount>100\" --max 32"})
    static final class Ls extends AdminCommand {
        @Parameters(paramLabel = "GROUP", arity = "0..1", description = "The group. Default: all groups, with counts.")
        @Nullable
        String group;

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
                names = "--max",
                paramLabel = "N",
                defaultValue = "16",
                description = "How many letters at most, up to 32. Default: ${DEFAULT-VALUE}.")
        int max;

        @Override
        View ask(AdminClient admin) {
            return group == null ? groups(admin) : letters(admin, group);
        }

        private View letters(AdminClient admin, String of) {
            List<List<Object>> rows = new ArrayList<>();
            long at = from;
            while (rows.size() < max) {
                ListDeadLettersResponse page = admin.call(
                        AdminMethods.LIST_DEAD_LETTERS,
                        ListDeadLettersRequest.newBuilder()
                                .setGroup(of)
                                .setFromOffset(at)
                                .setWhere(where)
                                .setMax(max - rows.size())
                                .build());
                page.getLettersList().forEach(letter -> rows.add(row(letter)));
                at = page.getNextOffset();
                if (at >= page.getEndOffset()) break;
            }
            return new View.Rows(List.of("offset", "state", "messageId", "originTopic", "tag", "keys", "stored"), rows);
        }

        private static List<Object> row(DeadLetter letter) {
            Map<String, Object> message = MessageViews.fields(letter.getMessage());
            List<Object> row = new ArrayList<>();
            row.add(letter.getMessage().getOffset());
            row.add(letter.getState().name().toLowerCase(Locale.ROOT));
            row.add(letter.getMessage().getMessageId());
            row.add(letter.getMessage().getOriginTopic());
            row.add(message.get("tag"));
            row.add(message.get("keys"));
            row.add(message.get("stored"));
            return row;
        }

        private static View groups(AdminClient admin) {
            List<List<Object>> rows = new ArrayList<>();
            String page = "";
            do {
                ListTopicsResponse topics = admin.call(
                        AdminMethods.LIST_TOPICS,
                        ListTopicsRequest.newBuilder().setPageToken(page).build());
                for (Topic topic : topics.getTopicsList()) addGroup(admin, topic.getName(), rows);
                page = topics.getNextPageToken();
            } while (!page.isEmpty());
            return new View.Rows(List.of("group", "topic", "stored", "redriven"), rows);
        }

        private static void addGroup(AdminClient admin, String topic, List<List<Object>> rows) {
            var group = DeadLetterNames.groupOf(TopicName.parse(topic));
            if (group.isEmpty()) return;
            TopicDetail detail = admin.call(
                    AdminMethods.DESCRIBE_TOPIC,
                    DescribeTopicRequest.newBuilder().setName(topic).build());
            long stored = detail.getQueuesList().stream()
                    .mapToLong(queue -> queue.getNextOffset() - queue.getFirstOffset())
                    .sum();
            rows.add(List.of(group.get().toString(), topic, stored, Math.max(0, stored - waiting(detail, stored))));
        }

        /** The lag of the group that stands for redrives, which is there from the first one on. */
        private static long waiting(TopicDetail detail, long stored) {
            return detail.getGroupsList().stream()
                    .filter(figures -> figures.getGroup().equals("(redrive)"))
                    .mapToLong(figures -> figures.getLag())
                    .findFirst()
                    .orElse(stored);
        }
    }

    @Command(
            name = "show",
            description = "Shows one dead letter with its properties and body.",
            footer = {"", "Example:", "  escrow dlq show billing --offset 17"})
    static final class Show extends AdminCommand {
        @Parameters(paramLabel = "GROUP", description = "The group.")
        String group = "";

        @Option(names = "--offset", paramLabel = "N", required = true, description = "Where the letter is.")
        long offset;

        @Override
        View ask(AdminClient admin) {
            List<DeadLetter> found = admin.call(
                            AdminMethods.LIST_DEAD_LETTERS,
                            ListDeadLettersRequest.newBuilder()
                                    .setGroup(group)
                                    .setFromOffset(offset)
                                    .setMax(1)
                                    .build())
                    .getLettersList();
            if (found.isEmpty() || found.get(0).getMessage().getOffset() != offset) {
                throw new Failure(
                        ExitCode.NOT_FOUND,
                        "group " + group + " has no dead letter at offset " + offset
                                + "; those it has shows: escrow dlq ls " + group);
            }
            Map<String, Object> fields = MessageViews.fields(found.get(0).getMessage());
            fields.put("state", found.get(0).getState().name().toLowerCase(Locale.ROOT));
            fields.put("originTopic", found.get(0).getMessage().getOriginTopic());
            fields.put("originMessageId", found.get(0).getMessage().getOriginMessageId());
            return new View.Details(fields, Map.of());
        }
    }
}
