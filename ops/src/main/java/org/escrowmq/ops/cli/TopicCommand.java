package org.escrowmq.ops.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.escrowmq.admin.v1.DeleteTopicRequest;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.Permission;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.UpdateTopicRequest;
import org.escrowmq.ops.view.DurationText;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Topics: create, list, show, update, delete, purge. */
@Command(
        name = "topic",
        description = "Creates, lists, shows, updates, deletes and purges topics.",
        footer = {"", "Example:", "  escrow topic create orders --type fifo --queues 16"},
        subcommands = {
            CreateTopicCommand.class,
            TopicCommand.Ls.class,
            TopicCommand.Show.class,
            TopicCommand.Update.class,
            TopicCommand.Delete.class,
            PurgeCommand.class
        })
final class TopicCommand extends CommandGroup {
    /** What a topic may carry. */
    enum Type {
        NORMAL,
        FIFO,
        DELAY,
        TRANSACTION,
        MIXED
    }

    /** What clients may do with a topic. */
    enum Access {
        READ_WRITE,
        READ,
        WRITE,
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static View done(String verb, Topic topic) {
        String sentence = verb + " topic " + topic.getName() + " ("
                + topic.getType().name().toLowerCase(Locale.ROOT) + ", " + topic.getQueues() + " queues, retention "
                + DurationText.of(Duration.ofSeconds(topic.getRetentionSeconds())) + ")";
        return new View.Done(sentence, TopicViews.fields(topic));
    }

    @Command(
            name = "ls",
            description = "Lists topics.",
            footer = {"", "Example:", "  escrow topic ls orders -o json"})
    static final class Ls extends AdminCommand {
        @Parameters(
                paramLabel = "PART",
                arity = "0..1",
                defaultValue = "",
                description = "Only names that contain this.")
        String part = "";

        @Override
        View ask(AdminClient admin) {
            List<Topic> topics = new ArrayList<>();
            String page = "";
            do {
                ListTopicsResponse answer = admin.call(
                        AdminMethods.LIST_TOPICS,
                        ListTopicsRequest.newBuilder()
                                .setNameContains(part)
                                .setPageToken(page)
                                .build());
                topics.addAll(answer.getTopicsList());
                page = answer.getNextPageToken();
            } while (!page.isEmpty());
            return TopicViews.list(topics);
        }
    }

    @Command(
            name = "show",
            description = "Shows a topic: queues, offsets, sizes, groups with their exact lag, clients.",
            footer = {"", "Example:", "  escrow topic show orders"})
    static final class Show extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Override
        View ask(AdminClient admin) {
            return TopicViews.detail(admin.call(
                    AdminMethods.DESCRIBE_TOPIC,
                    DescribeTopicRequest.newBuilder().setName(name).build()));
        }
    }

    @Command(
            name = "update",
            description = "Changes a topic. What is not named stays as it is.",
            footer = {"", "Example:", "  escrow topic update orders --retention 7d --permission read"})
    static final class Update extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Option(names = "--queues", paramLabel = "N", description = "How many queues; can only grow.")
        @Nullable
        Integer queues;

        @Option(
                names = "--retention",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description = "How long messages are kept.")
        @Nullable
        Duration retention;

        @Option(names = "--permission", paramLabel = "ACCESS", description = "read-write, read, write or none.")
        @Nullable
        Access permission;

        @Option(
                names = "--drop-duplicates",
                negatable = true,
                description = "Whether a message that is sent again is stored once.")
        @Nullable
        Boolean dropDuplicates;

        @Override
        View ask(AdminClient admin) {
            UpdateTopicRequest.Builder request = UpdateTopicRequest.newBuilder().setName(name);
            if (queues != null) request.setQueues(queues);
            if (retention != null) request.setRetentionSeconds(retention.toSeconds());
            if (permission != null) request.setPermission(Permission.valueOf(permission.name()));
            if (dropDuplicates != null) request.setDropDuplicates(dropDuplicates);
            return done("updated", admin.call(AdminMethods.UPDATE_TOPIC, request.build()));
        }
    }

    @Command(
            name = "delete",
            description = "Deletes a topic and its messages, for good.",
            footer = {"", "Example:", "  escrow topic delete orders --yes"})
    static final class Delete extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Option(names = "--yes", required = true, description = "Says that its messages may go.")
        boolean yes;

        @Override
        View ask(AdminClient admin) {
            return done(
                    "deleted",
                    admin.call(
                            AdminMethods.DELETE_TOPIC,
                            DeleteTopicRequest.newBuilder().setName(name).build()));
        }
    }
}
