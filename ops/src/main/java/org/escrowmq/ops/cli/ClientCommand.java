package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.admin.v1.PrintClientStackRequest;
import org.escrowmq.admin.v1.VerifyMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageResponse;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The clients that the node hears: list, show, disconnect, ask for stacks, have try a message. */
@Command(
        name = "client",
        description = "Lists, shows, examines and disconnects clients.",
        footer = {"", "Example:", "  escrow client ls --group billing"},
        subcommands = {
            ClientCommand.Ls.class,
            ClientCommand.Show.class,
            ClientCommand.Stack.class,
            ClientCommand.Verify.class,
            ClientCommand.Disconnect.class
        })
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
            Client client = admin.call(
                    AdminMethods.DESCRIBE_CLIENT,
                    DescribeClientRequest.newBuilder().setId(id).build());
            Fields fields = new Fields();
            TopicViews.client(client).forEach(fields::with);
            QuotaViews.add(fields, client.getQuota());
            return new View.Details(fields.asMap(), Map.of());
        }
    }

    @Command(
            name = "stack",
            description = "Asks a client for the stacks of its threads.",
            footer = {"", "Example:", "  escrow client stack web-1@4711@0@1a2b3c"})
    static final class Stack extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The client's id, as client ls shows it.")
        String id = "";

        @Override
        View ask(AdminClient admin) {
            String text = admin.call(
                            AdminMethods.PRINT_CLIENT_STACK,
                            PrintClientStackRequest.newBuilder().setId(id).build())
                    .getText();
            return new View.Done(
                    text, new Fields().with("id", id).with("text", text).asMap());
        }
    }

    @Command(
            name = "verify",
            description = "Has a push consumer's listener consume a stored message once. No offset moves.",
            footer = {"", "Example:", "  escrow client verify web-1@4711@0@1a2b3c --topic orders --queue 3 --offset 17"
            })
    static final class Verify extends AdminCommand {
        /** Where the message is. */
        static final class Place {
            @Option(names = "--queue", paramLabel = "Q", required = true, description = "The message's queue.")
            int queue;

            @Option(names = "--offset", paramLabel = "N", required = true, description = "Its offset there.")
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

        @Parameters(paramLabel = "CLIENT", description = "The client's id, as client ls shows it.")
        String client = "";

        @Option(names = "--topic", paramLabel = "T", required = true, description = "The message's topic.")
        String topic = "";

        @ArgGroup(multiplicity = "1")
        By by = new By();

        @Override
        View ask(AdminClient admin) {
            VerifyMessageRequest.Builder request =
                    VerifyMessageRequest.newBuilder().setId(client).setTopic(topic);
            if (by.id != null) request.setMessageId(by.id);
            if (by.place != null)
                request.getPlaceBuilder().setQueue(by.place.queue).setOffset(by.place.offset);
            VerifyMessageResponse answer = admin.call(AdminMethods.VERIFY_MESSAGE, request.build());
            if (!answer.getConsumed()) {
                throw new Failure(
                        ExitCode.REFUSED,
                        client + " did not consume message " + answer.getMessageId() + ": " + answer.getCode() + " "
                                + answer.getText());
            }
            return new View.Done(
                    client + " consumed message " + answer.getMessageId(),
                    new Fields()
                            .with("id", client)
                            .with("messageId", answer.getMessageId())
                            .with("queue", answer.getQueue())
                            .with("offset", answer.getOffset())
                            .with("code", answer.getCode())
                            .asMap());
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
