package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.PrintClientStackRequest;
import org.escrowmq.admin.v1.PrintClientStackResponse;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageResponse;
import org.escrowmq.api.messaging.memory.ScriptedStream;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientCallsTest {
    private final OpenAdminPort port = OpenAdminPort.serving();
    private final ScriptedStream stream = new ScriptedStream();
    private final List<String> reasons = stream.reasons;

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
    void theStacksOfAClientComeAsItSaysThem() {
        stream.stacks = Outcome.done("main: RUNNABLE");
        assertEquals("main: RUNNABLE", await(stack("producer")).getText());
        stream.stacks = Outcome.refused(RefusalCode.TIMEOUT, "not within 5000 ms");
        assertRefused(Status.Code.DEADLINE_EXCEEDED, "5000 ms", stack("producer"));
        port.broker.clients.streamEnded("producer", stream);
        assertRefused(Status.Code.UNAVAILABLE, "no command stream", stack("producer"));
        assertRefused(Status.Code.NOT_FOUND, "nobody", stack("nobody"));
    }

    @Test
    void aStoredMessageIsTriedByItsPlaceOrItsId() {
        Receipt receipt = sent();
        VerifyMessageResponse answer =
                await(verify("consumer", "orders", place(receipt.getQueue(), receipt.getOffset())));
        assertTrue(answer.getConsumed());
        assertEquals("OK", answer.getCode());
        assertEquals(receipt.getMessageId(), answer.getMessageId());
        stream.verdict = Outcome.done(new ClientRegistry.Verdict("FAILED_TO_CONSUME_MESSAGE", "no"));
        VerifyMessageRequest.Builder byId = VerifyMessageRequest.newBuilder().setMessageId(receipt.getMessageId());
        answer = await(verify("consumer", "orders", byId));
        assertFalse(answer.getConsumed());
        assertEquals("no", answer.getText());
        assertEquals(
                List.of("tried", "tried"),
                stream.tried.stream()
                        .map(tried -> StandardCharsets.UTF_8
                                .decode(tried.message().body().duplicate())
                                .toString())
                        .toList());
    }

    @Test
    void whatCannotBeTriedIsRefused() {
        Receipt receipt = sent();
        VerifyMessageRequest.Builder beyond = place(receipt.getQueue(), receipt.getOffset() + 1);
        assertRefused(Status.Code.NOT_FOUND, "no message is stored at offset", verify("consumer", "orders", beyond));
        assertRefused(
                Status.Code.NOT_FOUND,
                "no message \"ghost\"",
                verify("consumer", "orders", VerifyMessageRequest.newBuilder().setMessageId("ghost")));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "either message_id or place",
                verify("consumer", "orders", VerifyMessageRequest.newBuilder()));
        assertRefused(Status.Code.INVALID_ARGUMENT, "offset must be", verify("consumer", "orders", place(0, -1)));
        assertRefused(Status.Code.NOT_FOUND, "no topic", verify("consumer", "absent", place(0, 0)));
        assertRefused(Status.Code.FAILED_PRECONDITION, "is a PRODUCER", verify("producer", "orders", place(0, 0)));
        assertTrue(stream.tried.isEmpty());
    }

    private CompletionStage<PrintClientStackResponse> stack(String id) {
        return port.client.printClientStack(
                PrintClientStackRequest.newBuilder().setId(id).build());
    }

    private CompletionStage<VerifyMessageResponse> verify(
            String id, String topic, VerifyMessageRequest.Builder request) {
        return port.client.verifyMessage(request.setId(id).setTopic(topic).build());
    }

    private static VerifyMessageRequest.Builder place(int queue, long offset) {
        return VerifyMessageRequest.newBuilder()
                .setPlace(
                        VerifyMessageRequest.Place.newBuilder().setQueue(queue).setOffset(offset));
    }

    private Receipt sent() {
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("orders").build()));
        return await(port.client.sendMessage(SendMessageRequest.newBuilder()
                        .setTopic("orders")
                        .addMessages(OutgoingMessage.newBuilder().setBody(ByteString.copyFromUtf8("tried")))
                        .build()))
                .getReceipts(0);
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
