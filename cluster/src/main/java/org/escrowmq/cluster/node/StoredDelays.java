package org.escrowmq.cluster.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.DelayedId;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.partition.DelayList;
import org.escrowmq.cluster.partition.QueueTables;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.delay.Source;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads waiting messages from this node's tables, and has their queues change them. Thread-safe. */
final class StoredDelays implements DelayDesk {
    private static final Logger log = LoggerFactory.getLogger(StoredDelays.class);
    private static final int PAGE_MAX = 1_000;
    private static final int ID_CANDIDATES = 100;

    /** A census reads a row an hour ahead of each queue: not at every scrape. */
    private static final Duration CENSUS_KEPT = Duration.ofSeconds(30);

    private static final Duration CENSUS_AHEAD = Duration.ofDays(31);

    private record Taken(Census census, long nanoTime) {}

    private volatile @Nullable Taken lastCensus;
    private final DurableCatalogue catalogue;
    private final Journal journal;
    private final ActorRef queues;
    private final AwakeQueues awake;

    StoredDelays(DurableCatalogue catalogue, Journal journal, ActorRef queues, AwakeQueues awake) {
        this.catalogue = catalogue;
        this.journal = journal;
        this.queues = queues;
        this.awake = awake;
    }

    @Override
    public CompletionStage<Outcome<Page>> list(Query query) {
        Optional<TopicDescription> topic = catalogue.topic(query.topic());
        if (topic.isEmpty()) return CompletableFuture.completedFuture(noTopic(query.topic()));
        return CompletableFuture.supplyAsync(
                () -> Outcome.done(query.key() == null ? page(topic.get(), query) : pageOfKey(topic.get(), query)));
    }

    private Page page(TopicDescription topic, Query query) {
        int max = Math.max(1, Math.min(query.max(), PAGE_MAX));
        List<Entry> entries = new ArrayList<>();
        DueTime from = new DueTime(query.from().dueEpochMillis(), query.from().number());
        for (int queue = query.from().queue(); queue < topic.queues(); queue++) {
            QueueId id = new QueueId(topic.id(), queue);
            DueTime start = from.orLater(new DueTime(query.fromEpochMillis(), 0));
            for (Delayed message : list(id).from(start, max - entries.size())) {
                if (message.dueEpochMillis() >= query.toEpochMillis()) break;
                entries.add(entry(topic, id, message));
            }
            if (entries.size() == max) {
                DueTime next = entries.get(max - 1).message().due().next();
                return new Page(entries, new Place(queue, next.epochMillis(), next.number()));
            }
            from = DueTime.FIRST;
        }
        return new Page(entries, null);
    }

    private Page pageOfKey(TopicDescription topic, Query query) {
        int max = Math.max(1, Math.min(query.max(), PAGE_MAX));
        List<Entry> entries = new ArrayList<>();
        long from = query.from().number();
        for (int queue = query.from().queue(); queue < topic.queues(); queue++) {
            QueueId id = new QueueId(topic.id(), queue);
            List<Delayed> found = list(id).ofKey(String.valueOf(query.key()), from, max);
            for (Delayed message : found) {
                boolean fits = query.fromEpochMillis() <= message.dueEpochMillis()
                        && message.dueEpochMillis() < query.toEpochMillis();
                if (!fits) continue;
                entries.add(entry(topic, id, message));
                if (entries.size() == max) return new Page(entries, new Place(queue, 0, message.number() + 1));
            }
            if (found.size() == max) {
                return new Page(entries, new Place(queue, 0, found.get(max - 1).number() + 1));
            }
            from = 0;
        }
        return new Page(entries, null);
    }

    private DelayList list(QueueId queue) {
        return new DelayList(new QueueTables(journal.tables(), new PersistenceId(queue.persistenceId())));
    }

    private static Entry entry(TopicDescription topic, QueueId queue, Delayed message) {
        return new Entry(new DelayedId(queue, message.due()).text(), topic.name(), queue.number(), message);
    }

    @Override
    public CompletionStage<Outcome<Story>> show(String id) {
        Optional<DelayedId> place = DelayedId.read(id);
        Optional<TopicDescription> topic = place.flatMap(read -> topicOf(read.queue()));
        if (topic.isEmpty()) return CompletableFuture.completedFuture(unknown(id));
        return CompletableFuture.supplyAsync(() -> found(topic.get(), place.get()))
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(unknown(id))
                        : withMessage(place.get().queue(), found.get()));
    }

    private Optional<Story> found(TopicDescription topic, DelayedId id) {
        DelayList list = list(id.queue());
        DueTime due = id.due();
        Optional<Delayed> waiting = list.find(due.number(), due.epochMillis());
        if (waiting.isPresent()) return Optional.of(story(topic, id, Standing.WAITING, waiting.get(), null));
        Optional<Recalled> recalled = list.recalled(due.number());
        if (recalled.isPresent()) return Optional.of(story(topic, id, Standing.RECALLED, null, recalled.get()));
        boolean forgotten = due.epochMillis() + Recalled.KEPT_MILLIS < System.currentTimeMillis();
        boolean neverWaited = due.number() == DelayedId.NOT_WAITING;
        return neverWaited || (due.number() < list.nextNumber() && !forgotten)
                ? Optional.of(story(topic, id, Standing.DELIVERED, null, null))
                : Optional.empty();
    }

    private static Story story(
            TopicDescription topic,
            DelayedId id,
            Standing standing,
            @Nullable Delayed waiting,
            @Nullable Recalled recalled) {
        return new Story(id.text(), topic.name(), id.queue().number(), standing, waiting, recalled, null);
    }

    private CompletionStage<Outcome<Story>> withMessage(QueueId queue, Story story) {
        Delayed waiting = story.waiting();
        if (waiting == null) return CompletableFuture.completedFuture(Outcome.done(story));
        return new StoredMessages(journal, new PersistenceId(queue.persistenceId()))
                .body(waiting.body())
                .thenApply(blob -> Outcome.done(new Story(
                        story.id(),
                        story.topic(),
                        story.queue(),
                        story.standing(),
                        waiting,
                        null,
                        blob.map(MessageCodec::decode).orElse(null))));
    }

    @Override
    public CompletionStage<Outcome<List<String>>> ofMessage(TopicName name, String messageId) {
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (topic.isEmpty()) return CompletableFuture.completedFuture(noTopic(name));
        return CompletableFuture.supplyAsync(() -> {
            List<String> found = new ArrayList<>();
            for (int queue = 0; queue < topic.get().queues(); queue++) {
                QueueId id = new QueueId(topic.get().id(), queue);
                DelayList list = list(id);
                for (DueTime place : list.ofId(messageId, ID_CANDIDATES)) {
                    if (isOf(list, place, messageId)) found.add(new DelayedId(id, place).text());
                }
            }
            return Outcome.done(found);
        });
    }

    private static boolean isOf(DelayList list, DueTime place, String messageId) {
        boolean waits = list.find(place.number(), place.epochMillis())
                .filter(message -> message.messageId().equals(messageId))
                .isPresent();
        return waits
                || list.recalled(place.number())
                        .filter(message -> message.messageId().equals(messageId))
                        .isPresent();
    }

    @Override
    public CompletionStage<Outcome<Boolean>> act(String id, Action action, String by) {
        Optional<DelayedId> place =
                DelayedId.read(id).filter(read -> topicOf(read.queue()).isPresent());
        if (place.isEmpty()) return CompletableFuture.completedFuture(unknown(id));
        CompletableFuture<Outcome<String>> answer = new CompletableFuture<>();
        awake.tell(place.get().queue(), new QueueOperation.OnDelayed(place.get(), command(action, by), answer), queues);
        return answer.thenApply(outcome -> outcome.fold(messageId -> Outcome.done(true), Outcome.Refused::new));
    }

    private static DelayCommand command(Action action, String by) {
        if (action instanceof Action.Reschedule to) return new DelayCommand.Reschedule(to.dueEpochMillis(), by);
        if (action instanceof Action.Fire) return new DelayCommand.Fire(by);
        return new DelayCommand.Recall(Source.OPERATOR, by);
    }

    @Override
    public CompletionStage<Outcome<Histogram>> histogram(TopicName name) {
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (topic.isEmpty()) return CompletableFuture.completedFuture(noTopic(name));
        return CompletableFuture.supplyAsync(() -> Outcome.done(histogram(topic.get(), Integer.MAX_VALUE)));
    }

    private Histogram histogram(TopicDescription topic, int endHour) {
        long waiting = 0;
        TreeMap<Integer, Long> hours = new TreeMap<>();
        for (int queue = 0; queue < topic.queues(); queue++) {
            DelayList list = list(new QueueId(topic.id(), queue));
            long inQueue = list.waiting();
            if (inQueue == 0) continue;
            waiting += inQueue;
            list.hoursUntil(endHour).forEach((hour, count) -> hours.merge(hour, count, Long::sum));
        }
        return new Histogram(waiting, hours);
    }

    @Override
    public CompletionStage<Census> census(int queuesMax) {
        Taken last = lastCensus;
        if (last != null && System.nanoTime() - last.nanoTime() < CENSUS_KEPT.toNanos()) {
            return CompletableFuture.completedFuture(last.census());
        }
        int end = (int) ((System.currentTimeMillis() + CENSUS_AHEAD.toMillis())
                / Duration.ofHours(1).toMillis());
        return CompletableFuture.supplyAsync(() -> {
            Map<TopicName, Histogram> topics = new HashMap<>();
            int queuesLeft = queuesMax;
            int leftOut = 0;
            List<TopicDescription> all = new ArrayList<>(catalogue.topics());
            all.sort(Comparator.comparing(topic -> topic.name().toString()));
            for (TopicDescription topic : all) {
                if (topic.queues() > queuesLeft) {
                    leftOut++;
                    continue;
                }
                queuesLeft -= topic.queues();
                try {
                    Histogram waiting = histogram(topic, end);
                    if (waiting.waiting() > 0) topics.put(topic.name(), waiting);
                } catch (IllegalArgumentException | IllegalStateException unreadable) {
                    log.warn("the waiting messages of topic {} cannot be counted", topic.name(), unreadable);
                    leftOut++;
                }
            }
            Census census = new Census(topics, leftOut);
            lastCensus = new Taken(census, System.nanoTime());
            return census;
        });
    }

    private Optional<TopicDescription> topicOf(QueueId queue) {
        return catalogue.state().topic(queue.topic()).filter(topic -> queue.number() < topic.queues());
    }

    private static <T> Outcome<T> noTopic(TopicName name) {
        return Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + name + " does not exist");
    }

    private static <T> Outcome<T> unknown(String id) {
        return Outcome.refused(
                RefusalCode.NOT_FOUND,
                "nothing is known of a delayed message \"" + id
                        + "\"; what became of one is known for 24 h after its time. Those that wait shows: escrow delay ls");
    }
}
