package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DeleteTopicRequest;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.Permission;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.admin.v1.UpdateTopicRequest;
import org.escrowmq.api.messaging.memory.ScriptedStream;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class TopicCallsTest {
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static Topic create(String name) {
        return await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName(name).build()));
    }

    @Test
    void aTopicIsCreatedWithTheDefaults() {
        Topic topic = create("defaults");
        assertEquals(TopicType.NORMAL, topic.getType());
        assertEquals(8, topic.getQueues());
        assertEquals(Permission.READ_WRITE, topic.getPermission());
        assertEquals(72 * 3_600, topic.getRetentionSeconds());
        assertTrue(topic.getDropDuplicates());
        assertEquals(MemoryCatalogue.CREATED, topic.getCreatedEpochMillis());
        assertTrue(topic.getId() > 0);
    }

    @Test
    void aTopicIsCreatedAsAskedUpdatedAndDeleted() {
        Topic created = await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName("ns1/asked")
                .setType(TopicType.FIFO)
                .setQueues(2)
                .setPermission(Permission.WRITE)
                .setRetentionSeconds(3_600)
                .setDropDuplicates(false)
                .build()));
        assertFalse(created.getDropDuplicates());
        assertEquals(TopicType.FIFO, created.getType());
        assertEquals("ns1/asked", created.getName());

        Topic updated = await(port.client.updateTopic(UpdateTopicRequest.newBuilder()
                .setName("ns1/asked")
                .setQueues(4)
                .build()));
        assertEquals(4, updated.getQueues());
        assertEquals(Permission.WRITE, updated.getPermission());
        assertEquals(3_600, updated.getRetentionSeconds());
        assertFalse(updated.getDropDuplicates());
        assertEquals(created.getId(), updated.getId());

        assertEquals(
                updated,
                await(port.client.deleteTopic(
                        DeleteTopicRequest.newBuilder().setName("ns1/asked").build())));
        assertRefused(
                Status.Code.NOT_FOUND,
                "ns1/asked",
                port.client.describeTopic(
                        DescribeTopicRequest.newBuilder().setName("ns1/asked").build()));
    }

    @Test
    void aRefusalCarriesItsCodeInATrailer() {
        create("twice");
        StatusRuntimeException refused = OpenAdminPort.refusalWithTrailers(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("twice").build()));
        assertEquals(Status.Code.ALREADY_EXISTS, refused.getStatus().getCode());
        assertEquals(
                "TOPIC_EXISTS",
                refused.getTrailers().get(Metadata.Key.of("escrow-code", Metadata.ASCII_STRING_MARSHALLER)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', the topic name is blank",
        "'a b', an illegal character",
        "'a/b/c', an illegal character",
        "'/a', the namespace is empty",
        "'Stra\u00dfe', an illegal character",
        "'a\nb', an illegal character",
        "TBW102, is reserved",
        "rmq_sys_x, is reserved",
        "%DLQ%g, the server itself creates",
    })
    void anIllegalNameIsRefused(String name, String words) {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                words,
                port.client.createTopic(
                        CreateTopicRequest.newBuilder().setName(name).build()));
    }

    @Test
    void limitsAreNamedWithTheValue() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "128 characters, the most is 127",
                port.client.createTopic(
                        CreateTopicRequest.newBuilder().setName("x".repeat(128)).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "queues must be 1 to 1024, got 1025",
                port.client.createTopic(CreateTopicRequest.newBuilder()
                        .setName("many")
                        .setQueues(1_025)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "retention_seconds must be 60 to",
                port.client.createTopic(CreateTopicRequest.newBuilder()
                        .setName("short")
                        .setRetentionSeconds(59)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "type is not one",
                port.client.createTopic(CreateTopicRequest.newBuilder()
                        .setName("odd")
                        .setTypeValue(99)
                        .build()));
    }

    @Test
    void queuesOnlyGrow() {
        create("growing");
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "growing has 8, got 7",
                port.client.updateTopic(UpdateTopicRequest.newBuilder()
                        .setName("growing")
                        .setQueues(7)
                        .build()));
    }

    @Test
    void aListComesInPagesThatSurviveChanges() {
        for (int i = 0; i < 5; i++) create("page-" + i);
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ListTopicsResponse page = await(port.client.listTopics(ListTopicsRequest.newBuilder()
                    .setNameContains("page-")
                    .setPageSize(2)
                    .setPageToken(token)
                    .build()));
            page.getTopicsList().forEach(topic -> seen.add(topic.getName()));
            token = page.getNextPageToken();
            if (seen.size() == 2) {
                await(port.client.deleteTopic(
                        DeleteTopicRequest.newBuilder().setName("page-1").build()));
            }
        } while (!token.isEmpty());
        assertEquals(List.of("page-0", "page-1", "page-2", "page-3", "page-4"), seen);
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "page_size must be 0 to 10000, got -1",
                port.client.listTopics(
                        ListTopicsRequest.newBuilder().setPageSize(-1).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "page_token",
                port.client.listTopics(
                        ListTopicsRequest.newBuilder().setPageToken("!").build()));
    }

    @Test
    void aCallThatChangesSomethingIsInTheAuditLogWithItsAddress() {
        Logger audit = (Logger) LoggerFactory.getLogger("escrow.audit");
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        audit.addAppender(heard);
        Level before = audit.getLevel();
        audit.setLevel(Level.INFO);
        try {
            await(port.client.createTopic(
                    CreateTopicRequest.newBuilder().setName("audited").build()));
            await(port.client.listTopics(ListTopicsRequest.getDefaultInstance()));
        } finally {
            audit.detachAppender(heard);
            audit.setLevel(before);
        }
        List<String> lines =
                heard.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).matches(".*CreateTopic.* called from 127\\.0\\.0\\.1:\\d+"), lines.get(0));
    }

    @Test
    void aProducerThatDoesNotAnswerIsNamed() {
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName("payments")
                .setType(TopicType.TRANSACTION)
                .build()));
        port.broker.transactions.silent.put(
                TopicName.of("payments"), List.of(new TransactionDesk.SilentProducer("host@7@1", 4)));
        List<String> warnings = await(port.client.describeTopic(
                        DescribeTopicRequest.newBuilder().setName("payments").build()))
                .getWarningsList();
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("host@7@1 has left 4 questions"), warnings.get(0));
    }

    @Test
    void aDescriptionHasQueuesGroupsClientsAndWarnings() {
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName("orders")
                .setType(TopicType.FIFO)
                .setQueues(2)
                .build()));
        TopicName orders = TopicName.of("orders");
        GroupName billing = GroupName.of("billing");
        await(port.broker.catalogue.createGroup(
                new GroupSpec(billing, false, 17, GroupSpec.StartPosition.LATEST, RetryPolicy.standard())));
        await(port.broker.catalogue.groupForUse(billing, orders));
        port.broker.clients.registered(
                new ClientRegistry.Client(
                        "c1", ClientRegistry.Kind.PRODUCER, "JAVA", "5.2.0", "10.0.0.9:1", null, List.of(orders), 1, 2),
                new ScriptedStream());

        TopicDetail detail = await(port.client.describeTopic(
                DescribeTopicRequest.newBuilder().setName("orders").build()));
        assertEquals(2, detail.getQueuesCount());
        assertEquals(2, detail.getGroupsCount());
        assertEquals("billing", detail.getGroups(0).getGroup());
        assertEquals("orders", detail.getGroups(0).getTopic());
        assertEquals("c1", detail.getClients(0).getId());
        assertEquals(1, detail.getWarningsCount());
        assertTrue(detail.getWarnings(0).contains("read by the unordered group billing"), detail.getWarnings(0));
    }
}
