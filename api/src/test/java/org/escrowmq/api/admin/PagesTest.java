package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.api.messaging.memory.ScriptedStream;
import org.escrowmq.api.metrics.Exposition;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.StoredBody;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagesTest {
    private final OpenAdminPort port = OpenAdminPort.over(MemoryBroker.starting());

    @AfterEach
    void close() {
        port.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void livenessAndReadinessOverBothVersions(HttpClient.Version version) {
        HttpResponse<String> live = port.get("/livez", version, UnaryOperator.identity());
        assertEquals(200, live.statusCode());
        assertEquals("live\n", live.body());
        assertEquals(version, live.version());

        HttpResponse<String> starting = port.get("/readyz", version, UnaryOperator.identity());
        assertEquals(503, starting.statusCode());
        assertTrue(starting.body().contains("the node is starting"), starting.body());

        port.broker.ready.complete(null);
        assertEquals(200, port.get("/readyz", version, UnaryOperator.identity()).statusCode());

        port.server.announceStop();
        HttpResponse<String> stopping = port.get("/readyz", version, UnaryOperator.identity());
        assertEquals(503, stopping.statusCode());
        assertEquals("the node is stopping\n", stopping.body());
        assertEquals(200, port.get("/livez", version, UnaryOperator.identity()).statusCode());
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertEquals(404, port.get("/").statusCode());
        assertEquals(404, port.get("/livez/x").statusCode());
        assertEquals(404, port.get("/no.such.Service/Call").statusCode());
        assertEquals(405, port.get("/escrow.admin.v1.AdminService/ListTopics").statusCode());
        HttpRequest post = HttpRequest.newBuilder(port.uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertEquals(
                405,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(post, HttpResponse.BodyHandlers.discarding())
                        .statusCode());
    }

    @Test
    void aStartingNodeShowsItsProcessAndJournalOnly() {
        Exposition metrics = Exposition.parse(port.get("/metrics").body());
        assertEquals(11, metrics.value("escrow_journal_entries_total"));
        assertFalse(metrics.types().containsKey("rocketmq_topic_number"));
    }

    @Test
    void transactionsAreCountedByWhatBecameOfThem() {
        port.broker.ready.complete(null);
        TopicName orders = TopicName.of("orders");
        long now = System.currentTimeMillis();
        port.broker.transactions.totals.put(orders, new TransactionTotals(7, 2, now - 60_500));
        TransactionTraffic.Flow flow = port.broker.traffic.transactions().of(orders);
        flow.changed(transaction(TransactionState.OPEN, null), transaction(TransactionState.COMMITTED, Source.CHECK));
        flow.changed(transaction(TransactionState.OPEN, null), transaction(TransactionState.PARKED, Source.SERVER));
        flow.changed(
                transaction(TransactionState.PARKED, Source.SERVER),
                transaction(TransactionState.ROLLED_BACK, Source.OPERATOR));
        flow.checked(TransactionTraffic.Check.UNANSWERED);

        Exposition metrics = Exposition.parse(port.get("/metrics").body());
        assertEquals(7, metrics.value("rocketmq_half_messages", "topic", "orders"));
        assertEquals(2, metrics.value("escrow_transactions_parked", "topic", "orders"));
        double age = metrics.value("escrow_transactions_oldest_open_seconds", "topic", "orders");
        assertTrue(age >= 60 && age < 120, "age " + age);
        assertEquals(1, metrics.value("rocketmq_commit_messages_total", "topic", "orders"));
        assertEquals(
                1,
                metrics.value(
                        "escrow_transaction_decisions_total",
                        "topic",
                        "orders",
                        "kind",
                        "rollback",
                        "source",
                        "operator"));
        assertEquals(
                0,
                metrics.value(
                        "escrow_transaction_decisions_total", "topic", "orders", "kind", "commit", "source", "client"));
        assertEquals(1, metrics.value("escrow_transaction_parkings_total", "topic", "orders", "source", "server"));
        assertEquals(1, metrics.value("escrow_transaction_checks_total", "topic", "orders", "outcome", "unanswered"));
        assertEquals(2, metrics.value("escrow_transaction_finish_seconds_count", "topic", "orders"));
        assertEquals(2, metrics.value("escrow_transaction_finish_seconds_bucket", "topic", "orders", "le", "0.1"));
        assertEquals(0, metrics.value("escrow_transaction_finish_seconds_bucket", "topic", "orders", "le", "0.01"));
    }

    /** Stored at 1,000 and changed 50 ms later. */
    private static Transaction transaction(TransactionState state, @Nullable Source source) {
        Source by = source == null ? Source.CLIENT : source;
        StoredBody body = new StoredBody(1, 0, 10, 1, 0, List.of());
        return new Transaction(
                1, "m", body, "c", 1_000, state, new Transaction.Change(1_050, by, "", null), 0, 0, 9, 0, null);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void theMetricsAreThere(HttpClient.Version version) {
        port.broker.ready.complete(null);
        TopicName orders = TopicName.of("orders");
        GroupName billing = GroupName.of("billing");
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("orders").setQueues(2).build()));
        await(port.broker.catalogue.groupForUse(billing, orders));
        await(port.broker.queues.send(
                orders,
                List.of(
                        Message.normal("m1", ByteBuffer.wrap(new byte[100])),
                        Message.normal("m2", ByteBuffer.wrap(new byte[100])))));
        port.broker.traffic.out(orders, billing).add(1, 100);
        port.broker.traffic.in(TopicName.of("%DLQ%billing"), MessageType.NORMAL).add(4, 40);
        port.broker.traffic.repeated(orders, MessageType.NORMAL).add(3, 30);
        register("p", ClientRegistry.Kind.PRODUCER, "a\"b\\c\nd");
        register("c", ClientRegistry.Kind.PUSH_CONSUMER, "5.2.0");

        HttpResponse<String> response = port.get("/metrics", version, UnaryOperator.identity());
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                response.headers().firstValue("content-type").orElse("").toLowerCase(java.util.Locale.ROOT));
        Exposition metrics = Exposition.parse(response.body());

        assertEquals("counter", metrics.types().get("rocketmq_messages_in_total"));
        assertEquals(2, metrics.value("rocketmq_messages_in_total", "topic", "orders", "message_type", "normal"));
        assertEquals(200, metrics.value("rocketmq_throughput_in_total", "topic", "orders"));
        assertEquals(3, metrics.value("escrow_duplicates_dropped_total", "topic", "orders", "message_type", "normal"));
        assertEquals(1, metrics.value("rocketmq_messages_out_total", "topic", "orders", "consumer_group", "billing"));
        assertEquals(4, metrics.value("rocketmq_send_to_dlq_messages_total", "consumer_group", "billing"));
        assertEquals(100, metrics.value("rocketmq_throughput_out_total", "topic", "orders"));
        assertEquals("gauge", metrics.types().get("rocketmq_consumer_lag_messages"));
        assertEquals(
                2, metrics.value("rocketmq_consumer_lag_messages", "topic", "orders", "consumer_group", "billing"));
        assertEquals(0, metrics.value("rocketmq_consumer_inflight_messages", "topic", "orders"));
        assertEquals(2, metrics.value("rocketmq_consumer_ready_messages", "topic", "orders"));
        assertEquals(1, metrics.value("rocketmq_producer_connections", "version", "a\"b\\c\nd"));
        assertEquals(
                1, metrics.value("rocketmq_consumer_connections", "consume_mode", "push", "cluster", "DefaultCluster"));
        assertEquals(1, metrics.value("rocketmq_topic_number", "node_type", "broker", "node_id", "escrow"));
        assertEquals(7, metrics.value("escrow_queues_awake"));
        assertEquals(44_444, metrics.value("rocketmq_storage_size", "storage_type", "local", "storage_medium", "disk"));
        assertEquals(3, metrics.value("escrow_journal_fsyncs_total"));
        assertEquals(1, metrics.value("escrow_journal_accepts_bodies"));
        assertEquals(0, metrics.value("escrow_journal_fenced"));
        assertEquals(0, metrics.value("escrow_lag_topics_left_out"));
        assertTrue(metrics.value("escrow_process_anonymous_bytes") > 1 << 20);
        assertTrue(metrics.value("jvm_threads_live_threads") > 1);
        assertTrue(metrics.sum("jvm_memory_used_bytes", "area", "heap") > 1 << 20);
    }

    private void register(String id, ClientRegistry.Kind kind, String version) {
        port.broker.clients.registered(
                new ClientRegistry.Client(
                        id, kind, "JAVA", version, "10.0.0.9:1", GroupName.of("billing"), List.of(), 1, 2),
                new ScriptedStream());
    }

    @Test
    void webPagesOfOtherOriginsAreRefused() {
        String own = "http://127.0.0.1:" + port.server.port();
        assertEquals(200, page(own));
        assertEquals(403, page("http://evil.example"));
        assertEquals(403, page("null"));
        assertEquals(403, page(own + ".evil.example"));
    }

    private int page(String origin) {
        return port.get("/livez", HttpClient.Version.HTTP_1_1, request -> request.header("origin", origin))
                .statusCode();
    }

    @Test
    void aGrpcWebCallIsAnswered() throws Exception {
        port.broker.ready.complete(null);
        HttpRequest call = HttpRequest.newBuilder(URI.create(
                        port.uri("/escrow.admin.v1.AdminService/DescribeNode").toString()))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/grpc-web+proto")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5]))
                .build();
        HttpResponse<byte[]> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(call, HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        String body = new String(response.body(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(body.contains("1.2.3") && body.matches("(?s).*grpc-status: ?0.*"), body);
    }
}
