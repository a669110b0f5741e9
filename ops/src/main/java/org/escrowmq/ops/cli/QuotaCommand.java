package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.ListQuotasRequest;
import org.escrowmq.admin.v1.ListQuotasResponse;
import org.escrowmq.admin.v1.Quota;
import org.escrowmq.admin.v1.QuotaTarget;
import org.escrowmq.admin.v1.SetQuotaRequest;
import org.escrowmq.admin.v1.UnsetQuotaRequest;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Quotas: set, list, take away. */
@Command(
        name = "quota",
        description = "Sets, lists and takes away quotas of topics, groups and clients.",
        footer = {"", "Example:", "  escrow quota set --topic orders --messages 1000 --bytes 4MiB"},
        subcommands = {QuotaCommand.Set.class, QuotaCommand.Ls.class, QuotaCommand.Unset.class})
final class QuotaCommand extends CommandGroup {
    /** One of the three. */
    static final class Target {
        @Option(names = "--topic", paramLabel = "T", required = true, description = "What all clients send to topic T.")
        @Nullable
        String topic;

        @Option(names = "--group", paramLabel = "G", required = true, description = "What is delivered to group G.")
        @Nullable
        String group;

        @Option(
                names = "--client",
                paramLabel = "ID",
                required = true,
                description = "What each client sends whose id is ID, in which * stands for any text.")
        @Nullable
        String client;

        QuotaTarget wire() {
            QuotaTarget.Builder target = QuotaTarget.newBuilder();
            if (topic != null) target.setTopic(topic);
            if (group != null) target.setGroup(group);
            if (client != null) target.setClient(client);
            return target.build();
        }
    }

    @Command(
            name = "set",
            description = {
                "Sets a quota in place of the default of its kind. What is not named is not limited.",
                "Sends beyond a quota are refused with TOO_MANY_REQUESTS; deliveries beyond it wait."
            },
            footer = {"", "Example:", "  escrow quota set --client 'web-*' --messages 200 --in-flight 64"})
    static final class Set extends AdminCommand {
        @ArgGroup(multiplicity = "1")
        Target target = new Target();

        @Option(names = "--messages", paramLabel = "N", defaultValue = "0", description = "Messages a second.")
        long messages;

        @Option(
                names = "--bytes",
                paramLabel = "SIZE",
                defaultValue = "0",
                converter = SizeConverter.class,
                description = "Bytes of bodies a second, for example 4MiB.")
        long bytes;

        @Option(
                names = "--in-flight",
                paramLabel = "N",
                defaultValue = "0",
                description = "Messages sent without an answer yet; of a group: leased or waiting, for each topic.")
        int inFlight;

        @Override
        View ask(AdminClient admin) {
            Quota set = admin.call(
                    AdminMethods.SET_QUOTA,
                    SetQuotaRequest.newBuilder()
                            .setQuota(Quota.newBuilder()
                                    .setTarget(target.wire())
                                    .setMessagesPerSecond(messages)
                                    .setBytesPerSecond(bytes)
                                    .setInFlight(inFlight))
                            .build());
            return new View.Done("set the quota of " + QuotaViews.sentence(set), QuotaViews.fields(set));
        }
    }

    @Command(
            name = "ls",
            description = "Lists the defaults and the quotas that were set.",
            footer = {"", "Example:", "  escrow quota ls -o json"})
    static final class Ls extends AdminCommand {
        @Override
        View ask(AdminClient admin) {
            List<Quota> quotas = new ArrayList<>();
            ListQuotasResponse answer;
            String page = "";
            do {
                answer = admin.call(
                        AdminMethods.LIST_QUOTAS,
                        ListQuotasRequest.newBuilder().setPageToken(page).build());
                quotas.addAll(answer.getQuotasList());
                page = answer.getNextPageToken();
            } while (!page.isEmpty());
            return QuotaViews.list(QuotaViews.withDefaults(answer.getDefaultsList(), quotas));
        }
    }

    @Command(
            name = "unset",
            description = "Takes a quota away: the default of its kind is in force again.",
            footer = {"", "Example:", "  escrow quota unset --group billing"})
    static final class Unset extends AdminCommand {
        @ArgGroup(multiplicity = "1")
        Target target = new Target();

        @Override
        View ask(AdminClient admin) {
            Quota was = admin.call(
                    AdminMethods.UNSET_QUOTA,
                    UnsetQuotaRequest.newBuilder().setTarget(target.wire()).build());
            return new View.Done("took away the quota of " + QuotaViews.sentence(was), QuotaViews.fields(was));
        }
    }
}
