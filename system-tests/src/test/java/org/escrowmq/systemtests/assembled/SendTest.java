package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Permission;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.java.exception.BadRequestException;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the official producer does with our answers. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class SendTest {
    @Test
    @DisplayName("43: a read-only topic has permission READ, and a Java producer reports that no queue is writable")
    void readOnlyTopic(SharedServer.Running server) throws Exception {
        String topic = server.topic(4);
        server.admin().updateTopic(topic, AdminCalls.Permission.READ);
        try (RawClient raw = server.raw()) {
            List<Permission> permissions = raw.route(topic).getMessageQueuesList().stream()
                    .map(queue -> queue.getPermission())
                    .toList();
            assertEquals(List.of(Permission.READ, Permission.READ, Permission.READ, Permission.READ), permissions);
        }
        Throwable failure = assertThrows(Throwable.class, () -> {
            try (Producer producer = server.clients().producer(topic)) {
                producer.send(OfficialClients.message(topic, Received.bytes("nobody takes this")));
            }
        });
        assertTrue(causes(failure).contains("writable"), () -> causes(failure));
    }

    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }

    @Test
    @DisplayName("58: a property named UNIQ_KEY is a BadRequestException in Java")
    void reservedProperty(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        try (Producer producer = server.clients().producer(topic)) {
            Message message = OfficialClients.message(topic)
                    .setBody(Received.bytes("reserved"))
                    .addProperty("UNIQ_KEY", "mine")
                    .build();
            ClientException failure = assertThrows(ClientException.class, () -> producer.send(message));
            assertInstanceOf(BadRequestException.class, failure);
        }
    }

    @Test
    @DisplayName(
            "153: Heartbeat of a running client is OK; of an unknown one OK or UNRECOGNIZED_CLIENT_TYPE, never a gRPC error")
    void heartbeats(SharedServer.Running server) {
        Set<Code> allowed = Set.of(Code.OK, Code.UNRECOGNIZED_CLIENT_TYPE);
        String topic = server.topic(1);
        try (RawClient raw = server.raw()) {
            Code unknown = raw.heartbeat(ClientType.PRODUCER, "").getStatus().getCode();
            assertTrue(allowed.contains(unknown), unknown.name());
            raw.send(RawClient.message(topic, Received.bytes("now known"), null));
            Code producer = raw.heartbeat(ClientType.PRODUCER, "").getStatus().getCode();
            assertTrue(allowed.contains(producer), producer.name());
            Code consumer = raw.heartbeat(ClientType.PUSH_CONSUMER, server.group())
                    .getStatus()
                    .getCode();
            assertTrue(allowed.contains(consumer), consumer.name());
        }
    }
}
