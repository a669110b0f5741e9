package org.escrowmq.ops.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.escrowmq.admin.v1.CreateGroupRequest;
import org.escrowmq.admin.v1.DeleteGroupRequest;
import org.escrowmq.admin.v1.DescribeGroupRequest;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupDetail;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.ListGroupsRequest;
import org.escrowmq.admin.v1.ListGroupsResponse;
import org.escrowmq.admin.v1.PauseGroupRequest;
import org.escrowmq.admin.v1.ResumeGroupRequest;
import org.escrowmq.admin.v1.RetryPolicy;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.admin.v1.UpdateGroupRequest;
import org.escrowmq.ops.view.DurationText;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Consumer groups: create, list, show, update, delete, pause, resume, move. */
@Command(
        name = "group",
        description = "Creates, lists, shows, updates, deletes, pauses, resumes and moves consumer groups.",
        footer = {"", "Example:", "  escrow group create billing --start first"},
        subcommands = {
            GroupCommand.Create.class,
            GroupCommand.Ls.class,
            GroupCommand.Show.class,
            GroupCommand.Update.class,
            GroupCommand.Delete.class,
            GroupCommand.Pause.class,
            GroupCommand.Resume.class,
            ResetOffsetCommand.class
        })
final class GroupCommand extends CommandGroup {
    /** Where a new group begins on a topic. */
    enum Start {
        FIRST,
        LATEST
    }

    private static View done(String verb, Group group) {
        return new View.Done(
                verb + " group " + group.getName() + " (" + (group.getFifo() ? "fifo" : "unordered") + ", "
                        + group.getMaxAttempts() + " attempts, starts at "
                        + group.getStart().name().toLowerCase(Locale.ROOT) + (group.getPaused() ? ", paused" : "")
                        + ")",
                fields(group));
    }

    private static Map<String, Object> fields(Group group) {
        return new Fields()
                .with("name", group.getName())
                .with("fifo", group.getFifo())
                .with("maxAttempts", group.getMaxAttempts())
                .with("start", group.getStart().name().toLowerCase(Locale.ROOT))
                .with("paused", group.getPaused())
                .with("autoCreated", group.getAutoCreated())
                .with("created", Instant.ofEpochMilli(group.getCreatedEpochMillis()))
                .asMap();
    }

    private static String retry(RetryPolicy retry) {
        if (retry.hasExponential()) {
            RetryPolicy.Exponential policy = retry.getExponential();
            return DurationText.of(Duration.ofMillis(policy.getInitialMillis())) + " x " + policy.getMultiplier()
                    + ", at most " + DurationText.of(Duration.ofMillis(policy.getMaxMillis()));
        }
        return retry.getCustomized().getStepMillisList().stream()
                .map(millis -> DurationText.of(Duration.ofMillis(millis)))
                .collect(Collectors.joining(" "));
    }

    @Command(
            name = "create",
            description = "Creates a consumer group.",
            footer = {"", "Example:", "  escrow group create billing --fifo --max-attempts 5 --start first"})
    static final class Create extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name, or namespace/name.")
        String name = "";

        @Option(names = "--fifo", description = "Messages of one message group are delivered in order.")
        boolean fifo;

        @Option(
                names = "--max-attempts",
                paramLabel = "N",
                defaultValue = "17",
                description = "Deliveries before a message goes to the dead-letter queue. Default: ${DEFAULT-VALUE}.")
        int maxAttempts;

        @Option(
                names = "--start",
                paramLabel = "first|latest",
                defaultValue = "latest",
                description = "Where it begins on a topic it never read. Default: ${DEFAULT-VALUE}.")
        Start start = Start.LATEST;

        @Option(
                names = "--retry",
                paramLabel = "PAUSES",
                converter = RetryConverter.class,
                description = {
                    "How long a failed message waits before its next attempt: 1s,5s,30s (the last one from then on)",
                    "or exponential:INITIAL:MAX:MULTIPLIER. Default: 18 steps from 1s to 2h."
                })
        @Nullable
        RetryPolicy retry;

        @Override
        View ask(AdminClient admin) {
            CreateGroupRequest.Builder request = CreateGroupRequest.newBuilder()
                    .setName(name)
                    .setFifo(fifo)
                    .setMaxAttempts(maxAttempts)
                    .setStart(StartPosition.valueOf(start.name()));
            if (retry != null) request.setRetry(retry);
            return done("created", admin.call(AdminMethods.CREATE_GROUP, request.build()));
        }
    }

    @Command(
            name = "ls",
            description = "Lists consumer groups.",
            footer = {"", "Example:", "  escrow group ls"})
    static final class Ls extends AdminCommand {
        @Parameters(
                paramLabel = "PART",
                arity = "0..1",
                defaultValue = "",
                description = "Only names that contain this.")
        String part = "";

        @Override
        View ask(AdminClient admin) {
            List<List<Object>> rows = new ArrayList<>();
            String page = "";
            do {
                ListGroupsResponse answer = admin.call(
                        AdminMethods.LIST_GROUPS,
                        ListGroupsRequest.newBuilder()
                                .setNameContains(part)
                                .setPageToken(page)
                                .build());
                for (Group group : answer.getGroupsList())
                    rows.add(new ArrayList<>(fields(group).values()));
                page = answer.getNextPageToken();
            } while (!page.isEmpty());
            return new View.Rows(
                    new ArrayList<>(fields(Group.getDefaultInstance()).keySet()), rows);
        }
    }

    @Command(
            name = "show",
            description = "Shows a group: settings, progress and exact lag on each queue, clients.",
            footer = {"", "Example:", "  escrow group show billing"})
    static final class Show extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Override
        View ask(AdminClient admin) {
            GroupDetail detail = admin.call(
                    AdminMethods.DESCRIBE_GROUP,
                    DescribeGroupRequest.newBuilder().setName(name).build());
            Fields fields = new Fields();
            GroupCommand.fields(detail.getGroup()).forEach(fields::with);
            QuotaViews.add(fields, detail.getQuota());
            fields.with("retry", retry(detail.getGroup().getRetry()))
                    .with(
                            "lag",
                            detail.getQueuesList().stream()
                                    .mapToLong(GroupFigures::getLag)
                                    .sum())
                    .with("warnings", List.copyOf(detail.getWarningsList()));
            Map<String, View.Rows> sections = new LinkedHashMap<>();
            sections.put("queues", TopicViews.groupFigures(detail.getQueuesList()));
            sections.put("clients", TopicViews.clients(detail.getClientsList()));
            return new View.Details(fields.asMap(), sections);
        }
    }

    @Command(
            name = "update",
            description = "Changes a group. What is not named stays as it is.",
            footer = {"", "Example:", "  escrow group update billing --max-attempts 5"})
    static final class Update extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Option(
                names = "--fifo",
                negatable = true,
                description = "Deliver messages of one message group in order, or not.")
        @Nullable
        Boolean fifo;

        @Option(names = "--max-attempts", paramLabel = "N", description = "Deliveries before the dead-letter queue.")
        @Nullable
        Integer maxAttempts;

        @Option(
                names = "--start",
                paramLabel = "first|latest",
                description = "Where it begins on a topic it never read.")
        @Nullable
        Start start;

        @Option(
                names = "--retry",
                paramLabel = "PAUSES",
                converter = RetryConverter.class,
                description = {
                    "How long a failed message waits before its next attempt: 1s,5s,30s (the last one from then on)",
                    "or exponential:INITIAL:MAX:MULTIPLIER."
                })
        @Nullable
        RetryPolicy retry;

        @Override
        View ask(AdminClient admin) {
            UpdateGroupRequest.Builder request = UpdateGroupRequest.newBuilder().setName(name);
            if (fifo != null) request.setFifo(fifo);
            if (maxAttempts != null) request.setMaxAttempts(maxAttempts);
            if (start != null) request.setStart(StartPosition.valueOf(start.name()));
            if (retry != null) request.setRetry(retry);
            return done("updated", admin.call(AdminMethods.UPDATE_GROUP, request.build()));
        }
    }

    @Command(
            name = "delete",
            description = "Deletes a group and its progress on every topic.",
            footer = {"", "Example:", "  escrow group delete billing --yes"})
    static final class Delete extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Option(names = "--yes", required = true, description = "Says that its progress may go.")
        boolean yes;

        @Override
        View ask(AdminClient admin) {
            return done(
                    "deleted",
                    admin.call(
                            AdminMethods.DELETE_GROUP,
                            DeleteGroupRequest.newBuilder().setName(name).build()));
        }
    }

    @Command(
            name = "pause",
            description = "Pauses a group: its receives are refused until it is resumed.",
            footer = {"", "Example:", "  escrow group pause billing"})
    static final class Pause extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Override
        View ask(AdminClient admin) {
            return done(
                    "paused",
                    admin.call(
                            AdminMethods.PAUSE_GROUP,
                            PauseGroupRequest.newBuilder().setName(name).build()));
        }
    }

    @Command(
            name = "resume",
            description = "Resumes a paused group.",
            footer = {"", "Example:", "  escrow group resume billing"})
    static final class Resume extends AdminCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        String name = "";

        @Override
        View ask(AdminClient admin) {
            return done(
                    "resumed",
                    admin.call(
                            AdminMethods.RESUME_GROUP,
                            ResumeGroupRequest.newBuilder().setName(name).build()));
        }
    }
}
