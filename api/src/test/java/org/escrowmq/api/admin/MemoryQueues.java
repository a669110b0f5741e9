package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/**
 * Queues in memory: sending and inspecting; nobody consumes, so a group's lag is all that is stored. A message whose body
 * starts with {@code full} finds the disk full. Thread-safe.
 */
final class MemoryQueues implements MessageExchange, QueueInspection {
    static final long STORED = 1_700_000_001_000L;

    /** Times {@link #describe} was asked. */
    final AtomicInteger described = new AtomicInteger();

    /** When set, descriptions wait for it. */
    volatile CompletableFuture<Void> describeGate = CompletableFuture.completedFuture(null);

    /** What a trace tells of every message. */
    volatile List<MessageLife.Moment> events = List.of();

    volatile List<MessageLife.Standing> standings = List.of();

    /** Those of the last trace. */
    volatile MessageLife.Limits lastLimits = new MessageLife.Limits(1, 1, java.time.Duration.ZERO);

    final MemoryStreams streams = new MemoryStreams(this);

    private final Catalogue catalogue;
    private final Traffic traffic;
    private final Map<TopicName, List<List<StoredMessage>>> topics = new HashMap<>();

    MemoryQueues(Catalogue catalogue, Traffic traffic) {
        this.catalogue = catalogue;
        this.traffic = traffic;
    }

    @Override
    public synchronized CompletionStage<List<Outcome<SendReceipt>>> send(TopicName topic, List<Message> messages) {
        List<Outcome<SendReceipt>> outcomes = new ArrayList<>();
        for (Message message : messages) outcomes.add(store(topic, message));
        return CompletableFuture.completedFuture(outcomes);
    }

    private Outcome<SendReceipt> store(TopicName topic, Message message) {
        if (text(message).startsWith("full")) {
            return Outcome.refused(
                    RefusalCode.STORAGE_FULL, "0 bytes free, 1 GiB is kept (escrow.persistence.reserve)");
        }
        List<List<StoredMessage>> queues = queuesOf(topic);
        int queue = Math.floorMod(message.id().hashCode(), queues.size());
        Offset offset = new Offset(queues.get(queue).size());
        queues.get(queue).add(new StoredMessage(queue, offset, STORED, message));
        traffic.in(topic, message.type()).add(1, message.body().remaining());
        return Outcome.done(new SendReceipt(message.id(), queue, offset, null, null));
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> sendTransactional(
            TopicName topic, String clientId, List<Message> messages) {
        throw new UnsupportedOperationException("operators send no transactional messages");
    }

    @Override
    public CompletionStage<Outcome<Boolean>> end(TransactionEnd end) {
        throw new UnsupportedOperationException("no producer is here");
    }

    @Override
    public CompletionStage<Outcome<String>> recall(TopicName topic, String clientId, String recallHandle) {
        throw new UnsupportedOperationException("no producer is here");
    }

    @Override
    public Poll receive(ReceiveQuery query) {
        throw new UnsupportedOperationException("nobody consumes here");
    }

    @Override
    public CompletionStage<List<Outcome<Boolean>>> acknowledge(
            TopicName topic, GroupName group, List<String> receiptHandles) {
        throw new UnsupportedOperationException("nobody consumes here");
    }

    @Override
    public CompletionStage<Outcome<Boolean>> deadLetter(TopicName topic, GroupName group, String receiptHandle) {
        throw new UnsupportedOperationException("nobody consumes here");
    }

    @Override
    public CompletionStage<Outcome<String>> changeInvisibleDuration(
            TopicName topic, GroupName group, String receiptHandle, java.time.Duration invisible, boolean counts) {
        throw new UnsupportedOperationException("nobody consumes here");
    }

    @Override
    public synchronized CompletionStage<Outcome<List<QueueFigures>>> describe(TopicName topic) {
        described.incrementAndGet();
        if (catalogue.topic(topic).isEmpty()) return refused(topic);
        List<List<StoredMessage>> queues = queuesOf(topic);
        List<QueueFigures> figures = IntStream.range(0, queues.size())
                .mapToObj(queue -> figures(topic, queue, queues.get(queue)))
                .toList();
        return describeGate.thenApply(open -> Outcome.done(figures));
    }

    private QueueFigures figures(TopicName topic, int queue, List<StoredMessage> stored) {
        long bytes =
                stored.stream().mapToLong(m -> m.message().body().remaining()).sum();
        List<GroupFigures> groups = catalogue.groupsOf(topic).stream()
                .map(group -> new GroupFigures(group, queue, Offset.FIRST, stored.size(), 0, 0))
                .toList();
        return new QueueFigures(queue, Offset.FIRST, new Offset(stored.size()), bytes, 0.5, groups);
    }

    @Override
    public synchronized CompletionStage<Outcome<List<StoredMessage>>> peek(
            TopicName topic, int queue, Offset from, int max) {
        if (catalogue.topic(topic).isEmpty()) return refused(topic);
        return CompletableFuture.completedFuture(Outcome.done(queuesOf(topic).get(queue).stream()
                .skip(from.value())
                .limit(max)
                .toList()));
    }

    @Override
    public CompletionStage<Outcome<List<StoredMessage>>> findByKey(TopicName topic, String key, int max) {
        return find(topic, message -> message.keys().contains(key), max);
    }

    @Override
    public CompletionStage<Outcome<List<StoredMessage>>> findById(TopicName topic, String messageId) {
        return find(topic, message -> message.id().equals(messageId), Integer.MAX_VALUE);
    }

    private synchronized CompletionStage<Outcome<List<StoredMessage>>> find(
            TopicName topic, Predicate<Message> wanted, int max) {
        if (catalogue.topic(topic).isEmpty()) return refused(topic);
        return CompletableFuture.completedFuture(Outcome.done(queuesOf(topic).stream()
                .flatMap(List::stream)
                .filter(stored -> wanted.test(stored.message()))
                .sorted(Comparator.comparing((StoredMessage stored) -> stored.offset())
                        .reversed())
                .limit(max)
                .toList()));
    }

    @Override
    public CompletionStage<Outcome<MessageLife>> trace(
            TopicName topic, int queue, Offset offset, MessageLife.Limits limits) {
        if (catalogue.topic(topic).isEmpty()) return refused(topic);
        if (offset.compareTo(end(topic, queue)) >= 0) {
            return CompletableFuture.completedFuture(Outcome.refused(RefusalCode.ILLEGAL_OFFSET, "beyond the end"));
        }
        lastLimits = limits;
        MessageLife.Reading reading = new MessageLife.Reading(7, STORED, STORED + 9, true, false);
        return CompletableFuture.completedFuture(
                Outcome.done(new MessageLife(queue, offset, events, standings, reading)));
    }

    synchronized Offset end(TopicName topic, int queue) {
        return new Offset(queuesOf(topic).get(queue).size());
    }

    private List<List<StoredMessage>> queuesOf(TopicName topic) {
        int queues = catalogue.topic(topic).map(TopicDescription::queues).orElse(1);
        List<List<StoredMessage>> stored = topics.computeIfAbsent(topic, absent -> new ArrayList<>());
        while (stored.size() < queues) stored.add(new ArrayList<>());
        return stored;
    }

    private static String text(Message message) {
        return java.nio.charset.StandardCharsets.UTF_8
                .decode(message.body().duplicate())
                .toString();
    }

    private static <T> CompletionStage<Outcome<T>> refused(TopicName topic) {
        return CompletableFuture.completedFuture(
                Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + topic));
    }
}
