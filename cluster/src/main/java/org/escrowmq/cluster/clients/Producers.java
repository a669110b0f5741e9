package org.escrowmq.cluster.clients;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live producers of each topic, from their settings and from the transactional messages that they send, and which of them is asked
 * about a transaction. Thread-safe.
 *
 * <p>Asked first is who sent the message, then who runs on the same host, then who has sent transactional messages to the topic, then any
 * other; among equals who was asked longest ago. Who left a question unanswered comes after all that have not.
 */
public final class Producers {
    /** What is asked. {@code sender}: the client that sent the message. */
    public record Question(TopicName topic, HalfMessage half, String transactionId, String sender) {}

    /**
     * From so many questions on that it left unanswered since its last answer a producer counts as silent: not from a few, since a
     * checker that does not know yet says nothing either.
     */
    private static final int SILENT_FROM = 16;

    private static final Logger log = LoggerFactory.getLogger(Producers.class);

    private record Asked(TopicName topic, long atMillis) {}

    /** How a producer does with questions; times by the monotonic clock. */
    private static final class Producer {
        final String id;
        String host = "";
        final Set<TopicName> topics = new HashSet<>();
        final Set<TopicName> sentTo = new HashSet<>();
        final Map<String, Asked> asked = new HashMap<>();
        long lastAskedMillis = Long.MIN_VALUE;
        int unanswered;
        boolean named;
        ClientRegistry.@Nullable CommandStream stream;

        Producer(String id) {
            this.id = id;
        }
    }

    private final Function<String, Optional<ClientRegistry.CommandStream>> streams;
    private final Consumer<TopicName> came;
    private final TransactionTraffic traffic;
    private final LongSupplier nowMillis;
    private final int openMax;
    private final long answerMillis;
    private final Map<String, Producer> producers = new HashMap<>();
    private final Map<TopicName, Set<Producer>> byTopic = new HashMap<>();

    /**
     * No producers.
     *
     * @param streams the command stream of a client, while it has one
     * @param came hears of a topic whose producers have become more
     * @param traffic counts questions that were left unanswered
     * @param openMax questions that one producer has before it at a time
     * @param answerMillis after how long a question counts as unanswered
     */
    public Producers(
            Function<String, Optional<ClientRegistry.CommandStream>> streams,
            Consumer<TopicName> came,
            TransactionTraffic traffic,
            LongSupplier nowMillis,
            int openMax,
            long answerMillis) {
        this.streams = streams;
        this.came = came;
        this.traffic = traffic;
        this.nowMillis = nowMillis;
        this.openMax = openMax;
        this.answerMillis = answerMillis;
    }

    /** A client said what it publishes, on a stream of its own. */
    public void registered(ClientRegistry.Client client) {
        if (client.kind() != ClientRegistry.Kind.PRODUCER) return;
        Optional<ClientRegistry.CommandStream> stream = streams.apply(client.id());
        // One that has said good-bye meanwhile is not heard of again.
        if (stream.isEmpty()) return;
        Set<TopicName> more = new HashSet<>();
        synchronized (this) {
            Producer producer = producer(client.id());
            producer.host = hostOf(client.peer());
            if (producer.stream != stream.get()) more.addAll(producer.topics);
            producer.stream = stream.get();
            for (TopicName topic : client.topics()) {
                if (publishes(producer, topic)) more.add(topic);
            }
        }
        more.forEach(came);
        if (streams.apply(client.id()).isEmpty()) gone(client.id());
    }

    /** A client sent a transactional message: from now on it is a producer of that topic, whatever its settings said. */
    public void sent(String clientId, TopicName topic) {
        // Without a stream it cannot be asked, and nobody would say when it is gone.
        Optional<ClientRegistry.CommandStream> stream = streams.apply(clientId);
        if (stream.isEmpty()) return;
        boolean isNew;
        synchronized (this) {
            Producer producer = producer(clientId);
            if (producer.stream == null) producer.stream = stream.get();
            producer.sentTo.add(topic);
            isNew = publishes(producer, topic);
        }
        if (isNew) came.accept(topic);
        if (streams.apply(clientId).isEmpty()) gone(clientId);
    }

    /** A client is gone. */
    public synchronized void gone(String clientId) {
        Producer producer = producers.remove(clientId);
        if (producer == null) return;
        for (TopicName topic : producer.topics) {
            Set<Producer> all = byTopic.get(topic);
            if (all != null && all.remove(producer) && all.isEmpty()) byTopic.remove(topic);
        }
    }

    /**
     * A client decided a transaction: no answer is expected any more. {@code asAnswer}: it says that it does so because it was asked, and be it
     * late; then it is not silent.
     */
    public synchronized void answered(String clientId, String transactionId, boolean asAnswer) {
        Producer producer = producers.get(clientId);
        if (producer == null) return;
        boolean expected = producer.asked.remove(transactionId) != null;
        if (expected || asAnswer) producer.unanswered = 0;
    }

    /** Whether anybody who publishes to the topic can be reached. */
    public synchronized boolean hasAny(TopicName topic) {
        return byTopic.getOrDefault(topic, Set.of()).stream()
                .anyMatch(producer -> streams.apply(producer.id).isPresent());
    }

    /** How many more questions those who publish to the topic take now, all together. */
    public synchronized int room(TopicName topic) {
        long now = nowMillis.getAsLong();
        int room = 0;
        for (Producer producer : byTopic.getOrDefault(topic, Set.of())) {
            if (streams.apply(producer.id).isEmpty()) continue;
            expire(producer, now);
            room += Math.max(0, openMax - producer.asked.size());
        }
        return room;
    }

    /** Asks somebody; completes with the client to whom the question was really handed over, or empty when there was none. */
    public CompletionStage<Optional<String>> ask(Question question) {
        String host = hostOf(question.half().message().bornHost());
        Optional<Candidate> found = best(question.topic(), question.sender(), host);
        if (found.isEmpty()) return CompletableFuture.completedFuture(Optional.empty());
        Candidate asked = found.get();
        synchronized (this) {
            long now = nowMillis.getAsLong();
            asked.producer().asked.put(question.transactionId(), new Asked(question.topic(), now));
            asked.producer().lastAskedMillis = now;
        }
        return asked.stream()
                .check(question.topic(), question.half(), question.transactionId())
                .thenApply(written -> {
                    if (written) return Optional.of(asked.producer().id);
                    synchronized (this) {
                        asked.producer().asked.remove(question.transactionId());
                    }
                    return Optional.empty();
                });
    }

    private record Candidate(Producer producer, ClientRegistry.CommandStream stream) {}

    private synchronized Optional<Candidate> best(TopicName topic, String sender, String host) {
        Comparator<Producer> order = Comparator.comparing((Producer producer) -> producer.unanswered > 0)
                .thenComparingLong(producer ->
                        producer.unanswered > 0 ? producer.lastAskedMillis : preference(producer, topic, sender, host))
                .thenComparingLong(producer -> producer.lastAskedMillis);
        long now = nowMillis.getAsLong();
        Candidate best = null;
        for (Producer producer : byTopic.getOrDefault(topic, Set.of())) {
            expire(producer, now);
            if (producer.asked.size() >= openMax) continue;
            if (best != null && order.compare(best.producer(), producer) <= 0) continue;
            Optional<ClientRegistry.CommandStream> stream = streams.apply(producer.id);
            if (stream.isPresent()) best = new Candidate(producer, stream.get());
        }
        return Optional.ofNullable(best);
    }

    private static int preference(Producer producer, TopicName topic, String sender, String host) {
        if (producer.id.equals(sender)) return 0;
        if (!host.isEmpty() && producer.host.equals(host)) return 1;
        return producer.sentTo.contains(topic) ? 2 : 3;
    }

    private void expire(Producer producer, long now) {
        Iterator<Asked> each = producer.asked.values().iterator();
        while (each.hasNext()) {
            Asked asked = each.next();
            if (now - asked.atMillis() < answerMillis) continue;
            each.remove();
            traffic.known(asked.topic()).ifPresent(flow -> flow.checked(TransactionTraffic.Check.UNANSWERED));
            if (++producer.unanswered >= SILENT_FROM && !producer.named) {
                producer.named = true;
                log.warn(
                        "producer {} has left {} questions about transactions of topic {} unanswered; others are asked first",
                        producer.id,
                        SILENT_FROM,
                        asked.topic());
            }
        }
    }

    /** The producers of a topic that are asked and do not answer, in the order of their ids. */
    public synchronized List<TransactionDesk.SilentProducer> silent(TopicName topic) {
        return byTopic.getOrDefault(topic, Set.of()).stream()
                .filter(producer -> producer.unanswered >= SILENT_FROM)
                .map(producer -> new TransactionDesk.SilentProducer(producer.id, producer.unanswered))
                .sorted(Comparator.comparing(TransactionDesk.SilentProducer::clientId))
                .toList();
    }

    private Producer producer(String id) {
        return producers.computeIfAbsent(id, Producer::new);
    }

    /** Whether it did not publish to the topic before. */
    private boolean publishes(Producer producer, TopicName topic) {
        if (!producer.topics.add(topic)) return false;
        return byTopic.computeIfAbsent(topic, name -> new HashSet<>()).add(producer);
    }

    /** The host of {@code host:port}; all of a text without a port. */
    private static String hostOf(String address) {
        int colon = address.lastIndexOf(':');
        return colon > 0 ? address.substring(0, colon) : address;
    }
}
