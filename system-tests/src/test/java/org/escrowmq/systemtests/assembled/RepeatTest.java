package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.Test;

/** A message that a client sends again because it does not know what became of it. */
class RepeatTest {
    private static final String TOPIC = "repeats";
    private static final String GROUP = "readers";

    @Test
    void isStoredOnceAlsoWhenTheServerWasKilledInBetween() throws Exception {
        Path folder = ServerFolders.create("repeat");
        try (EscrowServer server = EscrowServer.start(EscrowServer.homeOfThisTree(), folder, Map.of())) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                admin.createTopic(TOPIC, 1);
                admin.createGroup(GROUP, AdminCalls.Start.FIRST);
            }
            Message first = RawClient.message(TOPIC, Received.bytes("first"), null);
            Message second = RawClient.message(TOPIC, Received.bytes("second"), null);
            try (RawClient raw = new RawClient(server.endpoint())) {
                assertPlaced(first, 0, raw.send(first));
                assertPlaced(second, 1, raw.send(second));
                assertPlaced(first, 0, raw.send(first));
            }
            server.kill();
            server.startAgain();
            server.awaitReady();
            Message third = RawClient.message(TOPIC, Received.bytes("third"), null);
            try (RawClient raw = new RawClient(server.endpoint())) {
                assertPlaced(first, 0, raw.send(first));
                assertPlaced(second, 1, raw.send(second));
                SendMessageResponse together = raw.send(second, third, first, third);
                assertEquals(
                        List.of(1L, 2L, 0L, 2L),
                        together.getEntriesList().stream()
                                .map(SendResultEntry::getOffset)
                                .toList());
                List<Message> stored = raw.receive(GROUP, TOPIC, 32, Duration.ofMinutes(5));
                assertEquals(
                        List.of("first", "second", "third"),
                        stored.stream()
                                .map(message -> message.getBody().toStringUtf8())
                                .toList());
                assertEquals(List.of(), raw.receive(GROUP, TOPIC, 32, Duration.ofMinutes(5)));
            }
        }
        Folders.remove(folder);
    }

    private static void assertPlaced(Message message, long offset, SendMessageResponse response) {
        assertEquals(Code.OK, response.getStatus().getCode());
        SendResultEntry entry = response.getEntries(0);
        assertEquals(Code.OK, entry.getStatus().getCode());
        assertEquals(message.getSystemProperties().getMessageId(), entry.getMessageId());
        assertEquals(offset, entry.getOffset());
    }
}
