package org.escrowmq.api.admin;

import java.util.List;
import java.util.Optional;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.DisconnectClientResponse;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The calls about the clients that this node hears. */
final class ClientCalls {
    private static final int REASON_CHARS_MAX = 256;

    private final ClientRegistry registry;

    ClientCalls(ClientRegistry registry) {
        this.registry = registry;
    }

    ListClientsResponse list(ListClientsRequest request) {
        Optional<TopicName> topic =
                Optional.of(request.getTopic()).filter(t -> !t.isEmpty()).map(Inputs::topic);
        Optional<GroupName> group =
                Optional.of(request.getGroup()).filter(g -> !g.isEmpty()).map(Inputs::group);
        List<ClientRegistry.Client> clients = registry.clients().stream()
                .filter(client -> topic.map(client.topics()::contains).orElse(true))
                .filter(client -> group.map(name -> name.equals(client.group())).orElse(true))
                .toList();
        Page<ClientRegistry.Client> page =
                Page.of(clients, ClientRegistry.Client::id, "", request.getPageSize(), request.getPageToken());
        return ListClientsResponse.newBuilder()
                .addAllClients(page.items().stream().map(Wire::client).toList())
                .setNextPageToken(page.nextToken())
                .build();
    }

    Client describe(String id) {
        return Wire.client(existing(id));
    }

    DisconnectClientResponse disconnect(DisconnectClientRequest request) {
        String reason = Inputs.text("reason", request.getReason(), REASON_CHARS_MAX);
        ClientRegistry.Client client = existing(request.getId());
        Optional<ClientRegistry.CommandStream> stream = registry.streamOf(client.id());
        stream.ifPresent(open -> open.disconnect(reason.isBlank() ? "disconnected by an operator" : reason));
        return DisconnectClientResponse.newBuilder()
                .setWasConnected(stream.isPresent())
                .build();
    }

    private ClientRegistry.Client existing(String id) {
        if (id.isBlank()) throw Rejection.invalid("id is empty");
        return registry.client(id)
                .orElseThrow(() -> new Rejection(
                        RefusalCode.NOT_FOUND, "no client " + Inputs.quoted(id) + " is connected to this node"));
    }
}
