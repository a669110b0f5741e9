package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.ListQuotasRequest;
import org.escrowmq.admin.v1.ListQuotasResponse;
import org.escrowmq.admin.v1.Quota;
import org.escrowmq.admin.v1.QuotaTarget;
import org.escrowmq.admin.v1.SetQuotaRequest;
import org.escrowmq.admin.v1.UnsetQuotaRequest;
import org.escrowmq.api.messaging.memory.ScriptedStream;
import org.escrowmq.api.metrics.Exposition;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaCallsTest {
    private final OpenAdminPort port = OpenAdminPort.serving();

    @BeforeEach
    void createTopic() {
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("orders").build()));
    }

    @AfterEach
    void close() {
        port.close();
    }

    private static QuotaTarget topic(String name) {
        return QuotaTarget.newBuilder().setTopic(name).build();
    }

    private static QuotaTarget clients(String pattern) {
        return QuotaTarget.newBuilder().setClient(pattern).build();
    }

    private CompletionStage<Quota> set(QuotaTarget target, long messages, long bytes, int inFlight) {
        return port.client.setQuota(SetQuotaRequest.newBuilder()
                .setQuota(Quota.newBuilder()
                        .setTarget(target)
                        .setMessagesPerSecond(messages)
                        .setBytesPerSecond(bytes)
                        .setInFlight(inFlight))
                .build());
    }

    private CompletionStage<Quota> unset(QuotaTarget target) {
        return port.client.unsetQuota(
                UnsetQuotaRequest.newBuilder().setTarget(target).build());
    }

    private ListQuotasResponse list(int size, String token) {
        return await(port.client.listQuotas(ListQuotasRequest.newBuilder()
                .setPageSize(size)
                .setPageToken(token)
                .build()));
    }

    @Test
    void aQuotaIsSetShownListedAndTakenAway() {
        DescribeTopicRequest orders =
                DescribeTopicRequest.newBuilder().setName("orders").build();
        assertTrue(await(port.client.describeTopic(orders)).getQuota().getIsDefault());
        Quota set = await(set(topic("orders"), 1000, 1 << 20, 64));
        assertFalse(set.getIsDefault());
        assertEquals(set, await(port.client.describeTopic(orders)).getQuota());
        Quota pattern = await(set(clients("web-*"), 5, 0, 0));
        ListQuotasResponse first = list(1, "");
        assertEquals(List.of(set), first.getQuotasList());
        ListQuotasResponse second = list(1, first.getNextPageToken());
        assertEquals(List.of(pattern), second.getQuotasList());
        assertEquals("", second.getNextPageToken());
        assertEquals(3, second.getDefaultsCount());
        assertTrue(second.getDefaults(0).getIsDefault());
        assertEquals(set, await(unset(topic("orders"))));
        assertTrue(await(port.client.describeTopic(orders)).getQuota().getIsDefault());
        assertRefused(Status.Code.NOT_FOUND, "topic orders has no quota", unset(topic("orders")));
    }

    @Test
    void aClientShowsThePatternsQuota() {
        port.broker.clients.registered(
                new ClientRegistry.Client(
                        "web-7",
                        ClientRegistry.Kind.PRODUCER,
                        "JAVA",
                        "5.2.0",
                        "10.0.0.9:4711",
                        null,
                        List.of(TopicName.of("orders")),
                        100,
                        200),
                new ScriptedStream());
        await(set(clients("web-*"), 5, 0, 0));
        Quota shown = await(port.client.describeClient(
                        DescribeClientRequest.newBuilder().setId("web-7").build()))
                .getQuota();
        assertEquals("web-7", shown.getTarget().getClient());
        assertEquals(5, shown.getMessagesPerSecond());
        assertFalse(shown.getIsDefault());
    }

    @Test
    void whatCannotBeAQuotaIsRefused() {
        assertRefused(Status.Code.NOT_FOUND, "absent", set(topic("absent"), 1, 0, 0));
        assertRefused(Status.Code.INVALID_ARGUMENT, "messages_per_second must be 0 to", set(topic("orders"), -1, 0, 0));
        assertRefused(Status.Code.INVALID_ARGUMENT, "in_flight must be 0 to", set(topic("orders"), 0, 0, -7));
        assertRefused(Status.Code.INVALID_ARGUMENT, "client is empty", set(clients(" "), 1, 0, 0));
        assertRefused(Status.Code.INVALID_ARGUMENT, "255 characters, got 256", set(clients("c".repeat(256)), 1, 0, 0));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "one of topic, group and client",
                set(QuotaTarget.getDefaultInstance(), 1, 0, 0));
    }

    @Test
    void refusalsAreCountedByScopeAndLimit() {
        await(set(topic("orders"), 0, 0, 1));
        TopicName orders = TopicName.of("orders");
        for (int i = 0; i < 3; i++) port.broker.quotas.limiter().send(orders, "c", 1, 1);
        Exposition metrics = Exposition.parse(port.get("/metrics").body());
        assertEquals(2, metrics.value("escrow_requests_refused_total", "scope", "topic", "limit", "in-flight"));
    }
}
