package org.escrowmq.cluster.clients;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.escrowmq.cluster.ClientRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The clients heard by one node. Thread-safe. A client counts as heard by any call it makes, registered or not; one that is
 * silent for the liveness time is forgotten by {@link #sweep}, and {@code gone} is told. A clock that is set makes nobody silent.
 */
public final class NodeClients implements ClientRegistry {
    private static final class Entry {
        /** By the monotonic clock, which decides; and by the other one, for people. */
        private volatile long heardMillis;

        private volatile long heardEpochMillis;
        private volatile @Nullable Client client;
        private volatile @Nullable CommandStream stream;
        private volatile @Nullable Long clockAheadMillis;

        Entry heard(long millis, long epochMillis) {
            heardMillis = millis;
            heardEpochMillis = epochMillis;
            return this;
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Duration liveness;
    private final InstantSource clock;
    private final LongSupplier monotonicMillis;
    private final Consumer<String> gone;
    private volatile Consumer<Client> came = client -> {};

    /**
     * An empty registry. {@code gone} is called with the id of each client that ends; {@code monotonicMillis}: a clock that nobody sets.
     */
    public NodeClients(Duration liveness, InstantSource clock, LongSupplier monotonicMillis, Consumer<String> gone) {
        this.liveness = liveness;
        this.clock = clock;
        this.monotonicMillis = monotonicMillis;
        this.gone = gone;
    }

    /** Has somebody told of each client that reports its settings, from now on. */
    public void onRegistered(Consumer<Client> hears) {
        came = hears;
    }

    @Override
    public void registered(Client client, CommandStream stream) {
        Entry entry = entryOf(client.id());
        entry.client = client;
        entry.stream = stream;
        came.accept(client);
    }

    @Override
    public void streamEnded(String clientId, CommandStream stream) {
        Entry entry = entries.get(clientId);
        if (entry != null && entry.stream == stream) entry.stream = null;
    }

    @Override
    public boolean heard(String clientId) {
        return entryOf(clientId).client != null;
    }

    /** Of a client that is heard now. */
    private Entry entryOf(String clientId) {
        Entry known = entries.get(clientId);
        if (known != null) return known.heard(monotonicMillis.getAsLong(), clock.millis());
        return entries.computeIfAbsent(clientId, id -> new Entry().heard(monotonicMillis.getAsLong(), clock.millis()))
                .heard(monotonicMillis.getAsLong(), clock.millis());
    }

    @Override
    public void clockAhead(String clientId, long millis) {
        Entry entry = entries.get(clientId);
        if (entry != null) entry.clockAheadMillis = millis;
    }

    @Override
    public Map<String, Long> clocksAhead() {
        Map<String, Long> ahead = new HashMap<>();
        entries.forEach((id, entry) -> {
            Long millis = entry.clockAheadMillis;
            if (millis != null) ahead.put(id, millis);
        });
        return ahead;
    }

    @Override
    public boolean terminated(String clientId) {
        Entry entry = entries.remove(clientId);
        if (entry == null) return false;
        gone.accept(clientId);
        return entry.client != null;
    }

    @Override
    public boolean isAlive(String clientId) {
        Entry entry = entries.get(clientId);
        return entry != null && monotonicMillis.getAsLong() - entry.heardMillis < liveness.toMillis();
    }

    @Override
    public Optional<Client> client(String clientId) {
        return Optional.ofNullable(entries.get(clientId)).flatMap(NodeClients::view);
    }

    @Override
    public List<Client> clients() {
        return entries.values().stream()
                .flatMap(entry -> view(entry).stream())
                .sorted(Comparator.comparing(Client::id))
                .toList();
    }

    @Override
    public Optional<CommandStream> streamOf(String clientId) {
        Entry entry = entries.get(clientId);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.stream);
    }

    /** Forgets the clients that were silent for too long. */
    public void sweep() {
        long deadline = monotonicMillis.getAsLong() - liveness.toMillis();
        entries.forEach((id, entry) -> {
            if (entry.heardMillis > deadline) return;
            if (entries.remove(id, entry)) gone.accept(id);
        });
    }

    private static Optional<Client> view(Entry entry) {
        Client client = entry.client;
        if (client == null) return Optional.empty();
        return Optional.of(new Client(
                client.id(),
                client.kind(),
                client.language(),
                client.version(),
                client.peer(),
                client.group(),
                client.topics(),
                client.connectedEpochMillis(),
                entry.heardEpochMillis));
    }
}
