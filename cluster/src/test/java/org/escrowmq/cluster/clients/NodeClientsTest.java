package org.escrowmq.cluster.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.cluster.ClientRegistry.Client;
import org.escrowmq.cluster.ClientRegistry.CommandStream;
import org.escrowmq.cluster.ClientRegistry.Kind;
import org.escrowmq.model.GroupName;
import org.junit.jupiter.api.Test;

class NodeClientsTest {
    private static final CommandStream STREAM = new SilentStream();

    private final List<String> gone = new ArrayList<>();
    private Instant now = Instant.ofEpochMilli(1_000_000);
    private Instant set = now;
    private final NodeClients clients =
            new NodeClients(Duration.ofSeconds(120), () -> set, () -> now.toEpochMilli(), gone::add);

    private static Client client(String id) {
        return new Client(id, Kind.PUSH_CONSUMER, "GO", "5.1", "1.2.3.4:5", GroupName.of("billing"), List.of(), 5, 0);
    }

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
        set = set.plusSeconds(seconds);
        clients.sweep();
    }

    @Test
    void aClientLivesAsLongAsItIsHeard() {
        clients.registered(client("a"), STREAM);
        for (int i = 0; i < 5; i++) {
            pass(119);
            assertTrue(clients.isAlive("a"));
            assertTrue(clients.heard("a"));
        }
        pass(119);
        assertTrue(clients.isAlive("a"));
        now = now.plusSeconds(1);
        assertFalse(clients.isAlive("a"), "also before it is swept");
        clients.sweep();
        assertEquals(List.of("a"), gone);
        assertEquals(Optional.empty(), clients.client("a"));
        assertFalse(clients.heard("a"), "to be registered anew");
    }

    @Test
    void aClockThatIsSetMakesNobodySilent() {
        clients.registered(client("a"), STREAM);
        set = set.plus(Duration.ofDays(3));
        clients.sweep();
        assertTrue(clients.isAlive("a"));
        set = set.minus(Duration.ofDays(6));
        pass(120);
        assertEquals(List.of("a"), gone);
    }

    @Test
    void howFarAClientsClockIsAheadGoesWithTheClient() {
        clients.clockAhead("nobody", 5);
        clients.heard("a");
        clients.clockAhead("a", -700);
        assertEquals(Map.of("a", -700L), clients.clocksAhead());
        pass(120);
        assertEquals(Map.of(), clients.clocksAhead());
    }

    @Test
    void aCallerWithoutSettingsLivesButIsNotListed() {
        assertFalse(clients.heard("a"));
        assertTrue(clients.isAlive("a"));
        assertEquals(List.of(), clients.clients());
        pass(120);
        assertEquals(List.of("a"), gone);
    }

    @Test
    void aGoodByeIsToldOnce() {
        clients.registered(client("a"), STREAM);
        assertTrue(clients.terminated("a"));
        assertFalse(clients.terminated("a"));
        assertFalse(clients.terminated("unknown"));
        pass(500);
        assertEquals(List.of("a"), gone);
    }

    @Test
    void theNewestStreamTakesTheCommands() {
        CommandStream older = new SilentStream();
        clients.registered(client("a"), older);
        CommandStream newer = new SilentStream();
        clients.registered(client("a"), newer);
        clients.streamEnded("a", older);
        assertSame(newer, clients.streamOf("a").orElseThrow());
        clients.streamEnded("a", newer);
        assertEquals(Optional.empty(), clients.streamOf("a"));
        assertTrue(clients.isAlive("a"), "it lives on until its time is over");
        clients.streamEnded("unknown", older);
        assertEquals(Optional.empty(), clients.streamOf("unknown"));
    }

    @Test
    void clientsAreListedByIdWithTheTimeTheyWereHeard() {
        clients.registered(client("b"), STREAM);
        now = now.plusSeconds(7);
        set = set.plusSeconds(7);
        clients.registered(client("a"), STREAM);
        assertEquals(
                List.of("a", "b"), clients.clients().stream().map(Client::id).toList());
        assertEquals(1_000_000, clients.client("b").orElseThrow().lastHeardEpochMillis());
        assertEquals(1_007_000, clients.client("a").orElseThrow().lastHeardEpochMillis());
        assertEquals(5, clients.client("a").orElseThrow().connectedEpochMillis());
    }
}
