package org.escrowmq.api.admin;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DelayDecider;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.delay.Source;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.StoredBody;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Messages that wait, in memory, decided by the rules of the real ones at the time {@link #NOW}. Thread-safe. */
final class MemoryDelays implements DelayDesk {
    static final long NOW = 1_700_000_000_000L;
    static final Duration MAX_DELAY = Duration.ofDays(40);

    private static final Comparator<Kept> ORDER =
            Comparator.comparingInt(Kept::queue).thenComparing(kept -> kept.waiting.due());

    private final Catalogue catalogue;
    private final DelayDecider decider = new DelayDecider(MAX_DELAY);
    private final Map<String, Kept> all = new HashMap<>();

    MemoryDelays(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** One message in the last form in which it waited, and what became of it. */
    private static final class Kept {
        final String id;
        final TopicName topic;
        final int queue;
        final String key;
        Delayed waiting;
        Standing standing = Standing.WAITING;

        @Nullable
        Recalled recalled;

        Kept(String id, TopicName topic, int queue, String key, Delayed waiting) {
            this.id = id;
            this.topic = topic;
            this.queue = queue;
            this.key = key;
            this.waiting = waiting;
        }

        int queue() {
            return queue;
        }
    }

    /** Stores one; answers its recall handle. */
    synchronized String add(String topic, int queue, String messageId, long dueEpochMillis, String key) {
        long number = all.size() + 1;
        Delayed waiting = new Delayed(
                number,
                messageId,
                new StoredBody(1, 0, 10, 7, 0, List.of()),
                NOW,
                dueEpochMillis,
                Delayed.NO_TRANSACTION,
                null);
        String id = "D1-" + number;
        all.put(id, new Kept(id, TopicName.of(topic), queue, key, waiting));
        return id;
    }

    @Override
    public synchronized CompletionStage<Outcome<Page>> list(Query query) {
        if (catalogue.topic(query.topic()).isEmpty()) return noTopic(query.topic());
        List<Entry> entries = all.values().stream()
                .filter(kept -> kept.topic.equals(query.topic()) && kept.standing == Standing.WAITING)
                .filter(kept -> kept.waiting.dueEpochMillis() >= query.fromEpochMillis()
                        && kept.waiting.dueEpochMillis() < query.toEpochMillis())
                .filter(kept -> query.key() == null || query.key().equals(kept.key))
                .filter(kept -> compare(kept, query.from()) >= 0)
                .sorted(ORDER)
                .limit(query.max() + 1L)
                .map(kept -> new Entry(kept.id, kept.topic, kept.queue, kept.waiting))
                .toList();
        if (entries.size() <= query.max()) return done(new Page(entries, null));
        return done(new Page(entries.subList(0, query.max()), place(entries.get(query.max()))));
    }

    private static int compare(Kept kept, Place place) {
        if (kept.queue != place.queue()) return Integer.compare(kept.queue, place.queue());
        return kept.waiting.due().compareTo(new DueTime(place.dueEpochMillis(), place.number()));
    }

    private static Place place(Entry entry) {
        return new Place(
                entry.queue(), entry.message().dueEpochMillis(), entry.message().number());
    }

    @Override
    public synchronized CompletionStage<Outcome<Story>> show(String id) {
        Kept kept = all.get(id);
        if (kept == null) return absent(id);
        boolean waits = kept.standing == Standing.WAITING;
        Message message = waits ? Message.normal(kept.waiting.messageId(), ByteBuffer.wrap(new byte[] {1})) : null;
        return done(new Story(
                id, kept.topic, kept.queue, kept.standing, waits ? kept.waiting : null, kept.recalled, message));
    }

    @Override
    public synchronized CompletionStage<Outcome<List<String>>> ofMessage(TopicName topic, String messageId) {
        if (catalogue.topic(topic).isEmpty()) return noTopic(topic);
        return done(all.values().stream()
                .filter(kept ->
                        kept.topic.equals(topic) && kept.waiting.messageId().equals(messageId))
                .filter(kept -> kept.standing != Standing.DELIVERED)
                .map(kept -> kept.id)
                .sorted()
                .toList());
    }

    @Override
    public synchronized CompletionStage<Outcome<Boolean>> act(String id, Action action, String by) {
        Kept kept = all.get(id);
        if (kept == null) return absent(id);
        boolean cancels = action instanceof Action.Cancel;
        if (kept.standing == Standing.DELIVERED) return refused("ALREADY_DELIVERED: " + id);
        if (kept.standing == Standing.RECALLED) return cancels ? done(true) : refused(id + " was recalled");
        return CompletableFuture.completedFuture(decider.decide(kept.waiting, command(action, by), NOW)
                .fold(event -> Outcome.done(apply(kept, event)), refusal -> new Outcome.Refused<>(refusal)));
    }

    private static DelayCommand command(Action action, String by) {
        if (action instanceof Action.Cancel) return new DelayCommand.Recall(Source.OPERATOR, by);
        if (action instanceof Action.Fire) return new DelayCommand.Fire(by);
        return new DelayCommand.Reschedule(((Action.Reschedule) action).dueEpochMillis(), by);
    }

    private static boolean apply(Kept kept, DelayEvent event) {
        if (event instanceof DelayEvent.Recalled gone) {
            Delayed was = kept.waiting;
            kept.standing = Standing.RECALLED;
            kept.recalled = new Recalled(
                    was.number(),
                    was.messageId(),
                    was.body().fingerprint(),
                    was.storedEpochMillis(),
                    was.dueEpochMillis(),
                    gone.change(),
                    2);
        }
        if (event instanceof DelayEvent.Rescheduled moved) {
            kept.waiting = kept.waiting.at(moved.dueEpochMillis(), moved.change());
            if (moved.dueEpochMillis() <= NOW) kept.standing = Standing.DELIVERED;
        }
        return true;
    }

    @Override
    public synchronized CompletionStage<Outcome<Histogram>> histogram(TopicName topic) {
        return catalogue.topic(topic).isEmpty() ? noTopic(topic) : done(count(topic));
    }

    private Histogram count(TopicName topic) {
        SortedMap<Integer, Long> hours = new TreeMap<>();
        long waiting = 0;
        for (Kept kept : all.values()) {
            if (!kept.topic.equals(topic) || kept.standing != Standing.WAITING) continue;
            hours.merge((int) (kept.waiting.dueEpochMillis() / 3_600_000), 1L, Long::sum);
            waiting++;
        }
        return new Histogram(waiting, hours);
    }

    @Override
    public synchronized CompletionStage<Census> census(int queuesMax) {
        Map<TopicName, Histogram> topics = new HashMap<>();
        for (Kept kept : new ArrayList<>(all.values())) {
            Histogram histogram = count(kept.topic);
            if (histogram.waiting() > 0) topics.put(kept.topic, histogram);
        }
        return CompletableFuture.completedFuture(new Census(topics, 0));
    }

    private static <T> CompletionStage<Outcome<T>> done(T value) {
        return CompletableFuture.completedFuture(Outcome.done(value));
    }

    private static <T> CompletionStage<Outcome<T>> refused(String text) {
        return CompletableFuture.completedFuture(Outcome.refused(RefusalCode.NOT_FOUND, text));
    }

    private static <T> CompletionStage<Outcome<T>> absent(String id) {
        return refused("there is no delayed message \"" + id + "\"");
    }

    private static <T> CompletionStage<Outcome<T>> noTopic(TopicName topic) {
        return CompletableFuture.completedFuture(
                Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + topic + " does not exist"));
    }
}
