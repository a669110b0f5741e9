package org.escrowmq.api.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.escrowmq.cluster.ClientRegistry;

/** The clients of a node, as long as nobody ends them. Thread-safe. */
final class MemoryClients implements ClientRegistry {
    private final Map<String, Long> clocksAhead = new ConcurrentHashMap<>();
    private final Map<String, Client> clients = new TreeMap<>();
    private final Map<String, CommandStream> streams = new TreeMap<>();

    @Override
    public synchronized void registered(Client client, CommandStream stream) {
        clients.put(client.id(), client);
        streams.put(client.id(), stream);
    }

    @Override
    public synchronized void streamEnded(String clientId, CommandStream stream) {
        streams.remove(clientId, stream);
    }

    @Override
    public synchronized boolean heard(String clientId) {
        return clients.containsKey(clientId);
    }

    @Override
    public synchronized boolean terminated(String clientId) {
        streams.remove(clientId);
        return clients.remove(clientId) != null;
    }

    @Override
    public synchronized Optional<Client> client(String clientId) {
        return Optional.ofNullable(clients.get(clientId));
    }

    @Override
    public synchronized List<Client> clients() {
        return List.copyOf(clients.values());
    }

    @Override
    public synchronized Optional<CommandStream> streamOf(String clientId) {
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
