package org.escrowmq.api.messaging.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Resolution;

/**
 * Queues, groups and long polls in memory. One lock guards all of it; polls complete on the timer's thread, as they complete
 * on an actor's thread in the real broker. Leases with automatic renewal hold until they are released.
 */
public final class MemoryExchange implements MessageExchange, AutoCloseable {
    private static final Duration RENEWED = Duration.ofDays(1);
    private static final Duration GIVEN_BACK_PAUSE = Duration.ofSeconds(1);

    private record Section(GroupName group, TopicName topic) {}

    private final MemoryCatalogue catalogue;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "memory-exchange"));
    private final Map<TopicName, List<List<MemoryGroup.Stored>>> queues = new HashMap<>();
    private final Map<Section, MemoryGroup> sections = new HashMap<>();
    private final MemoryStreams streams;
    private final Map<String, Half> halves = new HashMap<>();
    private final List<TransactionEnd> ends = new ArrayList<>();
    private final Map<String, Message> delayed = new HashMap<>();

    private record Half(TopicName topic, Message message) {}

    /** An empty one. */
    public MemoryExchange(MemoryCatalogue catalogue) {
        this.catalogue = catalogue;
        this.streams = new MemoryStreams(catalogue, this, timer);
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> send(TopicName topic, List<Message> messages) {
        CompletableFuture<List<Outcome<SendReceipt>>> answer = new CompletableFuture<>();
        timer.execute(() -> answer.complete(append(topic, messages)));
        return answer;
    }

    private synchronized List<Outcome<SendReceipt>> append(TopicName topic, List<Message> messages) {
        Optional<TopicDescription> known = catalogue.topic(topic);
        List<Outcome<SendReceipt>> receipts = new ArrayList<>();
        for (Message message : messages) {
            if (known.isEmpty()) {
                receipts.add(Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + topic));
                continue;
            }
            int queue = Math.floorMod(message.id().hashCode(), known.get().queues());
            if (message.deliverAtEpochMillis() != null) {
                String handle = "waits-" + delayed.size();
                delayed.put(handle, message);
                receipts.add(Outcome.done(new SendReceipt(message.id(), queue, null, handle, null)));
                continue;
            }
            List<MemoryGroup.Stored> log = log(topic, known.get().queues()).get(queue);
            Offset offset = new Offset(log.size());
            MemoryGroup.Stored stored = new MemoryGroup.Stored(message, queue, offset, System.currentTimeMillis());
            log.add(stored);
            sections.forEach((section, group) -> {
                if (section.topic().equals(topic)) group.add(stored, System.nanoTime());
            });
            receipts.add(Outcome.done(new SendReceipt(message.id(), queue, offset, null, null)));
        }
        sections.forEach((section, group) -> {
            if (section.topic().equals(topic)) serve(group);
        });
        streams.stored();
        return receipts;
    }

    @Override
    public synchronized CompletionStage<List<Outcome<SendReceipt>>> sendTransactional(
            TopicName topic, String clientId, List<Message> messages) {
        List<Outcome<SendReceipt>> receipts = new ArrayList<>();
        for (Message message : messages) {
            String id = "transaction-" + halves.size();
            halves.put(id, new Half(topic, message));
            receipts.add(Outcome.done(new SendReceipt(message.id(), 0, null, null, id)));
        }
        return CompletableFuture.completedFuture(receipts);
    }

    /** The messages with a time, by their recall handles; here they wait for good. */
    public synchronized Map<String, Message> delayed() {
        return Map.copyOf(delayed);
    }

    @Override
    public synchronized CompletionStage<Outcome<String>> recall(TopicName topic, String clientId, String recallHandle) {
        Message message = delayed.get(recallHandle);
        return CompletableFuture.completedFuture(
                message == null
                        ? Outcome.refused(RefusalCode.NOT_FOUND, "NOT_FOUND: nothing is known of it")
                        : Outcome.done(message.id()));
    }

    /** The decisions that came, oldest first. */
    public synchronized List<TransactionEnd> ends() {
        return List.copyOf(ends);
    }

    @Override
    public synchronized CompletionStage<Outcome<Boolean>> end(TransactionEnd end) {
        ends.add(end);
        Half half = halves.get(end.transactionId());
        if (half == null || !half.topic().equals(end.topic())) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(RefusalCode.INVALID_TRANSACTION_ID, "there is no such transaction"));
        }
        if (end.resolution() == Resolution.ROLLBACK) return CompletableFuture.completedFuture(Outcome.done(true));
        return send(half.topic(), List.of(half.message())).thenApply(sent -> Outcome.done(true));
    }

    /** The same messages, to be read without leases. */
    public MemoryStreams streams() {
        return streams;
    }

    synchronized List<MemoryGroup.Stored> stored(TopicName topic, int queue) {
        return List.copyOf(log(topic, queue + 1).get(queue));
    }

    private List<List<MemoryGroup.Stored>> log(TopicName topic, int count) {
        List<List<MemoryGroup.Stored>> log = queues.computeIfAbsent(topic, absent -> new ArrayList<>());
        while (log.size() < count) log.add(new ArrayList<>());
        return log;
    }

    @Override
    public Poll receive(ReceiveQuery query) {
        MemoryPoll poll = new MemoryPoll(this, query);
        timer.execute(() -> begin(poll));
        return poll;
    }

    private synchronized void begin(MemoryPoll poll) {
        ReceiveQuery query = poll.query();
        Optional<TopicDescription> topic = catalogue.topic(query.topic());
        if (topic.isEmpty()) {
            poll.complete(Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + query.topic()));
            return;
        }
        if (!topic.get().permission().readable()) {
            poll.complete(Outcome.refused(RefusalCode.FORBIDDEN, query.topic() + " is not readable"));
            return;
        }
        MemoryGroup group = section(query.group(), query.topic());
        group.waiting().add(poll);
        serve(group);
        timer.schedule(() -> timeUp(group, poll), query.poll().toMillis(), TimeUnit.MILLISECONDS);
    }

    private MemoryGroup section(GroupName name, TopicName topic) {
        catalogue.groupForUse(name, topic);
        return sections.computeIfAbsent(new Section(name, topic), section -> {
            MemoryGroup group = new MemoryGroup(topic + "/" + name);
            boolean first = catalogue.group(name).orElseThrow().spec().start() == StartPosition.FIRST;
            if (first) {
                queues.getOrDefault(topic, List.of())
                        .forEach(log -> log.forEach(stored -> group.add(stored, System.nanoTime())));
            }
            return group;
        });
    }

    private void serve(MemoryGroup group) {
        for (Iterator<MemoryPoll> polls = group.waiting().iterator(); polls.hasNext(); ) {
            MemoryPoll poll = polls.next();
            ReceiveQuery query = poll.query();
            Duration lease = query.autoRenew() ? RENEWED : query.invisible();
            List<Delivery> granted = group.grant(query.filter(), query.maxMessages(), lease, System.nanoTime());
            if (granted.isEmpty()) continue;
            polls.remove();
            poll.complete(Outcome.done(granted));
            serveLater(group, lease);
        }
    }

    private void serveLater(MemoryGroup group, Duration when) {
        timer.schedule(
                () -> {
                    synchronized (this) {
                        serve(group);
                    }
                },
                when.toMillis() + 1,
                TimeUnit.MILLISECONDS);
    }

    private synchronized void timeUp(MemoryGroup group, MemoryPoll poll) {
        if (group.waiting().remove(poll)) poll.complete(Outcome.done(List.of()));
    }

    synchronized void cancelled(MemoryPoll poll) {
        MemoryGroup group = section(poll.query().group(), poll.query().topic());
        if (group.waiting().remove(poll)) return;
        long now = System.nanoTime();
        poll.granted().forEach(delivery -> group.release(delivery, false, now, now));
        serve(group);
    }

    synchronized void givenBack(MemoryPoll poll, List<Delivery> undelivered) {
        MemoryGroup group = section(poll.query().group(), poll.query().topic());
        long now = System.nanoTime();
        undelivered.forEach(delivery -> group.release(delivery, true, now + GIVEN_BACK_PAUSE.toNanos(), now));
        serveLater(group, GIVEN_BACK_PAUSE);
    }

    @Override
    public CompletionStage<List<Outcome<Boolean>>> acknowledge(
            TopicName topic, GroupName group, List<String> receiptHandles) {
        CompletableFuture<List<Outcome<Boolean>>> answer = new CompletableFuture<>();
        timer.execute(() -> answer.complete(acknowledgeNow(topic, group, receiptHandles)));
        return answer;
    }

    private synchronized List<Outcome<Boolean>> acknowledgeNow(
            TopicName topic, GroupName group, List<String> receiptHandles) {
        MemoryGroup section = sections.get(new Section(group, topic));
        List<Outcome<Boolean>> outcomes = new ArrayList<>();
        for (String handle : receiptHandles) {
            boolean done = section != null && section.acknowledge(handle, System.nanoTime());
            outcomes.add(done ? Outcome.done(true) : notGood());
        }
        return outcomes;
    }

    @Override
    public CompletionStage<Outcome<String>> changeInvisibleDuration(
            TopicName topic, GroupName group, String receiptHandle, Duration invisible, boolean countsAsAttempt) {
        CompletableFuture<Outcome<String>> answer = new CompletableFuture<>();
        timer.execute(() -> answer.complete(changeNow(topic, group, receiptHandle, invisible, countsAsAttempt)));
        return answer;
    }

    /** Done with where the handle is known, whatever its lease; the letters themselves are not kept. */
    @Override
    public CompletionStage<Outcome<Boolean>> deadLetter(TopicName topic, GroupName group, String receiptHandle) {
        CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
        timer.execute(() -> answer.complete(giveUpNow(topic, group, receiptHandle)));
        return answer;
    }

    private synchronized Outcome<Boolean> giveUpNow(TopicName topic, GroupName group, String handle) {
        MemoryGroup section = sections.get(new Section(group, topic));
        return section != null && section.giveUp(handle) ? Outcome.done(true) : notGood();
    }

    private synchronized Outcome<String> changeNow(
            TopicName topic, GroupName group, String handle, Duration invisible, boolean countsAsAttempt) {
        MemoryGroup section = sections.get(new Section(group, topic));
        String renewed = section == null ? null : section.change(handle, invisible, countsAsAttempt, System.nanoTime());
        if (section == null || renewed == null) return notGood();
        serveLater(section, invisible);
        return Outcome.done(renewed);
    }

    /** Forgets all messages and groups; receives that wait find nothing. */
    public synchronized void empty() {
        halves.clear();
        ends.clear();
        sections.values().forEach(group -> group.waiting().forEach(poll -> poll.complete(Outcome.done(List.of()))));
        sections.clear();
        queues.clear();
        streams.empty();
    }

    /** How many receives wait for a message. */
    public synchronized int waiting() {
        return sections.values().stream()
                .mapToInt(group -> group.waiting().size())
                .sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static <T> Outcome<T> notGood() {
        return Outcome.refused(
                RefusalCode.INVALID_RECEIPT_HANDLE, "the lease is over or the handle was never given out");
    }
}
