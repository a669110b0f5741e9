package org.escrowmq.api.messaging.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/**
 * The exchange's messages as streams. Offsets below {@link #trimmed} count as stored no more; a group's progress is where it was moved
 * to. Guarded by its own lock; answers come on the timer's thread.
 */
public final class MemoryStreams implements QueueStreams {
    /** Where every queue begins. */
    public volatile long trimmed;

    private record Reader(Place place, GroupName group) {}

    private final MemoryCatalogue catalogue;
    private final MemoryExchange exchange;
    private final ScheduledExecutorService timer;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Reader, Offset> progress = new HashMap<>();

    MemoryStreams(MemoryCatalogue catalogue, MemoryExchange exchange, ScheduledExecutorService timer) {
        this.catalogue = catalogue;
        this.exchange = exchange;
        this.timer = timer;
    }

    private final class Waiting implements Pull {
        private final PullQuery query;
        private final CompletableFuture<Outcome<Pulled>> answer = new CompletableFuture<>();
        private Offset at;

        Waiting(PullQuery query) {
            this.query = query;
            this.at = query.from();
        }

        @Override
        public CompletionStage<Outcome<Pulled>> messages() {
            return answer;
        }

        @Override
        public void cancel() {
            synchronized (MemoryStreams.this) {
                waiting.remove(this);
            }
        }

        void read() {
            List<StoredMessage> found = new ArrayList<>();
            for (MemoryGroup.Stored stored :
                    exchange.stored(query.place().topic(), query.place().queue())) {
                if (stored.offset().compareTo(at) < 0 || found.size() == query.maxMessages()) continue;
                at = stored.offset().plus(1);
                if (!query.filter().accepts(MessageCodec.encode(stored.message()))) continue;
                found.add(new StoredMessage(
                        stored.queue(), stored.offset(), stored.storedEpochMillis(), stored.message()));
            }
            if (!found.isEmpty()) answer.complete(Outcome.done(new Pulled(found, at)));
        }

        void timeUp() {
            answer.complete(Outcome.done(new Pulled(List.of(), at)));
        }
    }

    @Override
    public Pull pull(PullQuery query) {
        Waiting pull = new Waiting(query);
        timer.execute(() -> begin(pull));
        return pull;
    }

    private synchronized void begin(Waiting pull) {
        Outcome<Offset> end = end(pull.query.place());
        if (end instanceof Outcome.Refused<Offset> refused) {
            pull.answer.complete(new Outcome.Refused<>(refused.refusal()));
        } else if (pull.at.value() < trimmed) {
            pull.answer.complete(Outcome.refused(RefusalCode.OFFSET_NOT_FOUND, "stored no more"));
        } else if (pull.at.compareTo(((Outcome.Done<Offset>) end).value()) > 0) {
            pull.answer.complete(Outcome.refused(RefusalCode.ILLEGAL_OFFSET, "beyond the end"));
        } else {
            waiting.add(pull);
            pull.read();
            timer.schedule(pull::timeUp, pull.query.poll().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Something was stored. */
    synchronized void stored() {
        waiting.forEach(Waiting::read);
        waiting.removeIf(pull -> pull.answer.isDone());
    }

    /** Pulls that wait for a message. */
    public synchronized int waiting() {
        return waiting.size();
    }

    synchronized void empty() {
        waiting.forEach(Waiting::timeUp);
        waiting.clear();
        progress.clear();
        trimmed = 0;
    }

    private Outcome<Offset> end(Place place) {
        if (catalogue.topic(place.topic()).isEmpty()) {
            return Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + place.topic());
        }
        if (place.queue() < 0
                || place.queue() >= catalogue.topic(place.topic()).get().queues()) {
            return Outcome.refused(RefusalCode.INVALID_ARGUMENT, "there is no queue " + place.queue());
        }
        return Outcome.done(
                new Offset(exchange.stored(place.topic(), place.queue()).size()));
    }

    @Override
    public CompletionStage<Outcome<Offset>> find(Place place, Position position) {
        return later(() -> end(place)
                .fold(
                        end -> switch (position.kind()) {
                            case FIRST -> Outcome.done(new Offset(trimmed));
                            case LATEST -> Outcome.done(end);
                            case TIME -> Outcome.done(storedFrom(place.topic(), place.queue(), position, end));
                        },
                        Outcome.Refused::new));
    }

    private Offset storedFrom(TopicName topic, int queue, Position position, Offset end) {
        return exchange.stored(topic, queue).stream()
                .filter(stored -> stored.storedEpochMillis() >= position.epochMillis())
                .map(MemoryGroup.Stored::offset)
                .findFirst()
                .orElse(end);
    }

    @Override
    public CompletionStage<Outcome<Offset>> progress(Place place, GroupName group) {
        return later(() -> end(place)
                .fold(
                        end -> {
                            if (catalogue.group(group).isEmpty()) {
                                return Outcome.refused(RefusalCode.GROUP_NOT_FOUND, "there is no group " + group);
                            }
                            Offset at = progress.get(new Reader(place, group));
                            return at == null
                                    ? Outcome.refused(RefusalCode.OFFSET_NOT_FOUND, "it never read the queue")
                                    : Outcome.done(at);
                        },
                        Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Outcome<Move>> moveTo(Place place, GroupName group, Offset to) {
        return later(() -> end(place)
                .fold(
                        end -> {
                            if (to.compareTo(end) > 0) {
                                return Outcome.refused(RefusalCode.ILLEGAL_OFFSET, "beyond the end");
                            }
                            catalogue.groupForUse(group, place.topic());
                            Optional<Offset> from = Optional.ofNullable(progress.put(new Reader(place, group), to));
                            return Outcome.done(new Move(from, to));
                        },
                        Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Outcome<Purge>> purge(Place place, Position upTo, boolean dryRun) {
        throw new UnsupportedOperationException("no client purges");
    }

    private <T> CompletionStage<Outcome<T>> later(Supplier<Outcome<T>> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    synchronized (this) {
                        return work.get();
                    }
                },
                timer);
    }
}
