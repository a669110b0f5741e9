package org.escrowmq.api.admin;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.DisconnectClientResponse;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.admin.v1.PrintClientStackResponse;
import org.escrowmq.admin.v1.VerifyMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The calls about the clients that this node hears. */
final class ClientCalls {
    private static final int REASON_CHARS_MAX = 256;

    private final ClientRegistry registry;
    private final Broker broker;

    ClientCalls(Broker broker) {
        this.registry = broker.clients();
        this.broker = broker; // what it inspects queues with is there once it is ready
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
        ClientRegistry.Client client = existing(id);
        return Wire.client(client).toBuilder()
                .setQuota(QuotaCalls.inForce(broker.quotas(), QuotaTarget.Kind.CLIENT, client.id()))
                .build();
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

    CompletionStage<PrintClientStackResponse> stack(String id) {
        return streamOf(existing(id))
                .threadStacks()
                .thenApply(outcome -> PrintClientStackResponse.newBuilder()
                        .setText(Inputs.valueOf(outcome))
                        .build());
    }

    CompletionStage<VerifyMessageResponse> verify(VerifyMessageRequest request) {
        ClientRegistry.Client client = existing(request.getId());
        if (client.kind() != ClientRegistry.Kind.PUSH_CONSUMER) {
            throw new Rejection(
                    RefusalCode.FORBIDDEN,
                    "only a push consumer has a listener to try a message; the client is a " + client.kind());
        }
        ClientRegistry.CommandStream stream = streamOf(client);
        TopicName topic = Inputs.topic(request.getTopic());
        return stored(topic, request)
                .thenCompose(message ->
                        stream.verify(topic, message).thenApply(outcome -> verified(message, Inputs.valueOf(outcome))));
    }

    private CompletionStage<QueueInspection.StoredMessage> stored(TopicName topic, VerifyMessageRequest request) {
        return switch (request.getByCase()) {
            case MESSAGE_ID -> {
                String id = request.getMessageId();
                if (id.isBlank()) throw Rejection.invalid("message_id is empty");
                yield broker.inspection()
                        .findById(topic, id)
                        .thenApply(outcome ->
                                first(outcome, "no message " + Inputs.quoted(id) + " is stored in topic " + topic));
            }
            case PLACE -> {
                int queue = request.getPlace().getQueue();
                Offset offset =
                        new Offset(Inputs.within("offset", request.getPlace().getOffset(), 0, Long.MAX_VALUE));
                yield broker.inspection().peek(topic, queue, offset, 1).thenApply(outcome -> {
                    String absent = "no message is stored at offset " + offset.value() + " of queue " + queue
                            + " of topic " + topic;
                    QueueInspection.StoredMessage next = first(outcome, absent);
                    // A peek begins with the oldest message where the one asked for is gone.
                    if (!next.offset().equals(offset)) throw new Rejection(RefusalCode.NOT_FOUND, absent);
                    return next;
                });
            }
            case BY_NOT_SET -> throw Rejection.invalid("either message_id or place must be given");
        };
    }

    private static QueueInspection.StoredMessage first(
            Outcome<List<QueueInspection.StoredMessage>> found, String absent) {
        return Inputs.valueOf(found).stream()
                .findFirst()
                .orElseThrow(() -> new Rejection(RefusalCode.NOT_FOUND, absent));
    }

    private static VerifyMessageResponse verified(
            QueueInspection.StoredMessage message, ClientRegistry.Verdict verdict) {
        return VerifyMessageResponse.newBuilder()
                .setConsumed(verdict.consumed())
                .setCode(verdict.code())
                .setText(verdict.text())
                .setMessageId(message.message().id())
                .setQueue(message.queue())
                .setOffset(message.offset().value())
                .build();
    }

    private ClientRegistry.CommandStream streamOf(ClientRegistry.Client client) {
        return registry.streamOf(client.id())
                .orElseThrow(() -> new Rejection(
                        RefusalCode.UNAVAILABLE,
                        "client " + Inputs.quoted(client.id()) + " has no command stream open to this node"));
    }

    private ClientRegistry.Client existing(String id) {
        if (id.isBlank()) throw Rejection.invalid("id is empty");
        return registry.client(id)
                .orElseThrow(() -> new Rejection(
                        RefusalCode.NOT_FOUND, "no client " + Inputs.quoted(id) + " is connected to this node"));
    }
}
