package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientCallsTest {
    private final OpenAdminPort port = OpenAdminPort.serving();
    private final List<String> reasons = new ArrayList<>();
    private final ClientRegistry.CommandStream stream = reasons::add;

    @BeforeEach
    void connect() {
        register("producer", ClientRegistry.Kind.PRODUCER, null, "orders");
        register("consumer", ClientRegistry.Kind.PUSH_CONSUMER, GroupName.of("billing"), "orders");
        register("simple", ClientRegistry.Kind.SIMPLE_CONSUMER, GroupName.of("audit"), "logs");
    }

    @AfterEach
    void close() {
        port.close();
    }

    private void register(String id, ClientRegistry.Kind kind, @Nullable GroupName group, String topic) {
        port.broker.clients.registered(
                new ClientRegistry.Client(
                        id, kind, "JAVA", "5.2.0", "10.0.0.9:4711", group, List.of(TopicName.of(topic)), 100, 200),
                stream);
    }

    private List<String> list(ListClientsRequest.Builder request) {
        return await(port.client.listClients(request.build())).getClientsList().stream()
                .map(Client::getId)
                .toList();
    }

    @Test
    void clientsAreListedByTopicAndGroup() {
        assertEquals(List.of("consumer", "producer", "simple"), list(ListClientsRequest.newBuilder()));
        assertEquals(
                List.of("consumer", "producer"),
                list(ListClientsRequest.newBuilder().setTopic("orders")));
        assertEquals(List.of("simple"), list(ListClientsRequest.newBuilder().setGroup("audit")));
        assertEquals(
                List.of("consumer", "producer"),
                list(ListClientsRequest.newBuilder().setPageSize(2)));
    }

    @Test
    void aClientIsShownWithAllThatIsKnown() {
        Client client = await(port.client.describeClient(
                DescribeClientRequest.newBuilder().setId("consumer").build()));
        assertEquals("PUSH_CONSUMER", client.getKind());
        assertEquals("billing", client.getGroup());
        assertEquals(List.of("orders"), client.getTopicsList());
        assertEquals("10.0.0.9:4711", client.getPeer());
        assertEquals(200, client.getLastHeardEpochMillis());
    }

    @Test
    void aClientIsDisconnectedWithTheReason() {
        assertTrue(disconnect("consumer", "maintenance"));
        assertTrue(disconnect("producer", ""));
        assertEquals(List.of("maintenance", "disconnected by an operator"), reasons);
        port.broker.clients.streamEnded("simple", stream);
        assertFalse(disconnect("simple", "again"));
        assertEquals(2, reasons.size());
    }

    @Test
    void unknownClientsAndBadReasonsAreRefused() {
        assertRefused(
                Status.Code.NOT_FOUND,
                "\"no?body\"",
                port.client.describeClient(
                        DescribeClientRequest.newBuilder().setId("no\nbody").build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "id is empty",
                port.client.describeClient(DescribeClientRequest.getDefaultInstance()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "256 characters, got 257",
                port.client.disconnectClient(DisconnectClientRequest.newBuilder()
                        .setId("simple")
                        .setReason("r".repeat(257))
                        .build()));
    }

    private boolean disconnect(String id, String reason) {
        return await(port.client.disconnectClient(DisconnectClientRequest.newBuilder()
                        .setId(id)
                        .setReason(reason)
                        .build()))
                .getWasConnected();
    }
}
