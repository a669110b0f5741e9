package org.escrowmq.cluster.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.entity.Routes;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Reads the queue of a group's dead letters as a stream, and tells it which of them go back. Thread-safe; nothing blocks. */
final class ShardedDeadLetters implements DeadLetters {
    private final DurableCatalogue catalogue;
    private final QueueStreams streams;
    private final Routes routes;

    ShardedDeadLetters(DurableCatalogue catalogue, QueueStreams streams, Routes routes) {
        this.catalogue = catalogue;
        this.streams = streams;
        this.routes = routes;
    }

    /** A run of letters with what has become of each. */
    private record Run(QueueId queue, List<StoredMessage> messages, List<State> states, Offset next, Offset end) {}

    @Override
    public CompletionStage<Outcome<Page>> list(GroupName group, Offset from, MessageFilter filter, int max) {
        return then(run(group, from, filter, max), run -> {
            List<Letter> letters = new ArrayList<>();
            for (int i = 0; i < run.messages().size(); i++) {
                letters.add(new Letter(run.messages().get(i), run.states().get(i)));
            }
            return done(new Page(letters, run.next(), run.end()));
        });
    }

    @Override
    public CompletionStage<Outcome<Step>> redrive(
            GroupName group, Offset from, MessageFilter filter, int max, boolean dryRun) {
        return then(run(group, from, filter, max), run -> redrive(run, dryRun));
    }

    private CompletionStage<Outcome<Step>> redrive(Run run, boolean dryRun) {
        List<Offset> back = new ArrayList<>();
        int stranded = 0;
        for (int i = 0; i < run.messages().size(); i++) {
            if (run.states().get(i) != State.WAITING) continue;
            StoredMessage letter = run.messages().get(i);
            if (hasTopic(letter.message())) back.add(letter.offset());
            else stranded++;
        }
        int matched = back.size() + stranded;
        int lost = stranded;
        if (dryRun || back.isEmpty()) return done(new Step(matched, 0, lost, run.next(), run.end()));
        CompletableFuture<Outcome<List<Offset>>> answer = new CompletableFuture<>();
        routes.tell(run.queue(), new QueueOperation.Redrive(back, answer));
        return then(answer, sent -> {
            // What found no room among the outstanding ones is where the next step begins.
            Offset next = back.stream()
                    .filter(offset -> !sent.contains(offset))
                    .findFirst()
                    .orElse(run.next());
            return done(new Step(matched, sent.size(), lost, next, run.end()));
        });
    }

    private boolean hasTopic(Message letter) {
        Message.DeadLetterOrigin origin = letter.deadLetterOrigin();
        return origin != null && catalogue.topic(origin.topic()).isPresent();
    }

    private CompletionStage<Outcome<Run>> run(GroupName group, Offset from, MessageFilter filter, int max) {
        TopicName name = DeadLetterNames.topicOf(group);
        Optional<QueueId> queue = catalogue.topic(name).map(topic -> new QueueId(topic.id(), 0));
        if (queue.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(RefusalCode.NOT_FOUND, "group " + group + " has never given a message up"));
        }
        QueueStreams.Place place = new QueueStreams.Place(name, 0);
        return then(
                streams.find(place, QueueStreams.Position.LATEST),
                end -> then(
                        streams.find(place, QueueStreams.Position.FIRST),
                        first -> read(queue.get(), place, max(first, from, end), end, filter, max)));
    }

    private static Offset max(Offset first, Offset from, Offset end) {
        Offset stored = from.compareTo(first) < 0 ? first : from;
        return stored.compareTo(end) > 0 ? end : stored;
    }

    private CompletionStage<Outcome<Run>> read(
            QueueId queue, QueueStreams.Place place, Offset from, Offset end, MessageFilter filter, int max) {
        QueueStreams.PullQuery query =
                new QueueStreams.PullQuery(DeadLetterNames.REDRIVE, place, from, filter, max, Duration.ZERO);
        return then(streams.pull(query).messages(), pulled -> {
            List<Offset> offsets =
                    pulled.messages().stream().map(StoredMessage::offset).toList();
            CompletableFuture<Outcome<List<State>>> answer = new CompletableFuture<>();
            routes.tell(queue, new QueueOperation.ReadRedrives(offsets, answer));
            return then(answer, states -> done(new Run(queue, pulled.messages(), states, pulled.next(), end)));
        });
    }

    private static <T> CompletionStage<Outcome<T>> done(T value) {
        return CompletableFuture.completedFuture(Outcome.done(value));
    }

    private static <A, B> CompletionStage<Outcome<B>> then(
            CompletionStage<Outcome<A>> stage, Function<A, CompletionStage<Outcome<B>>> next) {
        return stage.thenCompose(outcome ->
                outcome.fold(next, refusal -> CompletableFuture.completedFuture(new Outcome.Refused<>(refusal))));
    }
}
