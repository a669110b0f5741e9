package org.escrowmq.api.messaging.memory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.escrowmq.cluster.ClientRegistry;

/** The clients that were heard, for as long as the test runs. */
public final class MemoryClients implements ClientRegistry {
    private final Map<String, Long> clocksAhead = new ConcurrentHashMap<>();
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Map<String, CommandStream> streams = new ConcurrentHashMap<>();

    @Override
    public void registered(Client client, CommandStream stream) {
        clients.put(client.id(), client);
        streams.put(client.id(), stream);
    }

    @Override
    public void streamEnded(String clientId, CommandStream stream) {
        streams.remove(clientId, stream);
    }

    @Override
    public boolean heard(String clientId) {
        return clients.containsKey(clientId);
    }

    @Override
    public boolean terminated(String clientId) {
        return clients.remove(clientId) != null;
    }

    @Override
    public Optional<Client> client(String clientId) {
        return Optional.ofNullable(clients.get(clientId));
    }

    @Override
    public List<Client> clients() {
        return clients.values().stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    @Override
    public Optional<CommandStream> streamOf(String clientId) {
        return Optional.ofNullable(streams.get(clientId));
    }

    @Override
    public void clockAhead(String clientId, long millis) {
        clocksAhead.put(clientId, millis);
    }

    @Override
    public Map<String, Long> clocksAhead() {
        return Map.copyOf(clocksAhead);
    }
}
