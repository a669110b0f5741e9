package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.Target;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The three kinds of official clients start, over TLS and plaintext, also right after the server said ready. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class StartTest {
    @Test
    @DisplayName("1: a Java client with default (TLS) settings starts against our self-signed certificate")
    void startsOverTls(SharedServer.Running server) throws Exception {
        sendsAndReceives(server.clients(true), server.topic(8), server.group(), server.group());
    }

    @Test
    @DisplayName("2: a Java client without TLS starts on the same port")
    void startsOverPlaintext(SharedServer.Running server) throws Exception {
        sendsAndReceives(server.clients(false), server.topic(8), server.group(), server.group());
    }

    @Test
    @DisplayName("39: a Java producer with an unknown topic in setTopics fails to start")
    void unknownTopicFailsTheStart(SharedServer.Running server) {
        assertThrows(Exception.class, () -> server.clients().producer("no-such-topic"));
    }

    @Test
    @DisplayName("1, 2: clients start in the second after ready, on a server that has never served one")
    void startsRightAfterReady() throws Exception {
        Path folder = ServerFolders.create("start");
        try (EscrowServer server = EscrowServer.start(EscrowServer.homeOfThisTree(), folder, Map.of())) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                admin.createTopic("first", 8);
                List.of("a", "b", "c", "d").forEach(group -> admin.createGroup(group, AdminCalls.Start.FIRST));
            }
            server.stop();
            server.startAgain();
            server.awaitReady();
            sendsAndReceives(new OfficialClients(new Target(server.endpoint(), true)), "first", "a", "b");
            server.stop();
            server.startAgain();
            server.awaitReady();
            sendsAndReceives(new OfficialClients(new Target(server.endpoint(), false)), "first", "c", "d");
        }
        Folders.remove(folder);
    }

    private static void sendsAndReceives(OfficialClients clients, String topic, String pushGroup, String simpleGroup)
            throws Exception {
        Received received = new Received();
        String text = "hello " + pushGroup;
        try (Producer producer = clients.producer(topic);
                PushConsumer push = clients.push(pushGroup, topic, received);
                SimpleConsumer simple = clients.simple(simpleGroup, topic, Duration.ofSeconds(10))) {
            producer.send(OfficialClients.message(topic, text.getBytes(StandardCharsets.UTF_8)));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> received.texts().contains(text));
            assertEquals(pushGroup, push.getConsumerGroup());
            List<MessageView> messages = simple.receive(16, Duration.ofSeconds(30));
            assertTrue(
                    messages.stream().anyMatch(message -> Received.text(message).equals(text)), "in " + messages);
            for (MessageView message : messages) {
                assertEquals(1, message.getDeliveryAttempt());
                simple.ack(message);
            }
        }
    }
}
