package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The clients that the node hears: list, show, disconnect. */
@Command(
        name = "client",
        description = "Lists, shows and disconnects clients.",
        footer = {"", "Example:", "  escrow client ls --group billing"},
        subcommands = {ClientCommand.Ls.class, ClientCommand.Show.class, ClientCommand.Disconnect.class})
final class ClientCommand extends CommandGroup {
    @Command(
            name = "ls",
            description = "Lists the clients that were heard in the last two minutes.",
            footer = {"", "Example:", "  escrow client ls --topic orders"})
    static final class Ls extends AdminCommand {
        @Option(names = "--topic", paramLabel = "T", defaultValue = "", description = "Only those of this topic.")
        String topic = "";

        @Option(names = "--group", paramLabel = "G", defaultValue = "", description = "Only those of this group.")
        String group = "";

        @Override
        View ask(AdminClient admin) {
            List<Client> clients = new ArrayList<>();
            String page = "";
            do {
                ListClientsResponse answer = admin.call(
                        AdminMethods.LIST_CLIENTS,
                        ListClientsRequest.newBuilder()
                                .setTopic(topic)
                                .setGroup(group)
                                .setPageToken(page)
                                .build());
                clients.addAll(answer.getClientsList());
                page = answer.getNextPageToken();
            } while (!page.isEmpty());
            return TopicViews.clients(clients);
        }
    }

    @Command(
            name = "show",
            description = "Shows one client.",
            footer = {"", "Example:", "  escrow client show web-1@4711@0@1a2b3c"})
    static final class Show extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The client's id, as client ls shows it.")
        String id = "";

        @Override
        View ask(AdminClient admin) {
            return new View.Details(
                    TopicViews.client(admin.call(
                            AdminMethods.DESCRIBE_CLIENT,
                            DescribeClientRequest.newBuilder().setId(id).build())),
                    Map.of());
        }
    }

    @Command(
            name = "disconnect",
            description = "Ends a client's command stream and refuses its further calls.",
            footer = {"", "Example:", "  escrow client disconnect web-1@4711@0@1a2b3c --reason 'wrong build'"})
    static final class Disconnect extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The client's id, as client ls shows it.")
        String id = "";

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                defaultValue = "disconnected by an operator",
                description = "What the client is told. Default: ${DEFAULT-VALUE}.")
        String reason = "";

        @Override
        View ask(AdminClient admin) {
            boolean was = admin.call(
                            AdminMethods.DISCONNECT_CLIENT,
                            DisconnectClientRequest.newBuilder()
                                    .setId(id)
                                    .setReason(reason)
                                    .build())
                    .getWasConnected();
            if (!was) throw new Failure(ExitCode.NOT_FOUND, "no client " + id + " is connected");
            return new View.Done(
                    "disconnected " + id,
                    new Fields().with("id", id).with("wasConnected", true).asMap());
        }
    }
}
