package org.escrowmq.cluster.entity;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.MoveId;
import org.escrowmq.queue.QueueCommand;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the messages of durably intended moves to their queues, one at a time, those of a group in order; tells the queue to finish
 * each, and the other one to forget it when that is durable. A move that fails is tried again after a pause, and all that are open are
 * carried again after a recovery: the other queue stores a repetition no second time. Owned by the queue's actor.
 *
 * <pre>
 *   intended (durable) --carried--> stored there (durable) --finish--> moved (durable) --forget--> (done)
 *        ^    |  ^                         |
 *        |    |  +--- failed, pause        +-- stopped: carried again, known there by its id
 *        |    +------ a redrive with nowhere to go: given up
 *   recovery
 * </pre>
 */
final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /** After this time an answer is not waited for any more; asking again does no harm. */
    private static final long ANSWER_SECONDS_MAX = 30;

    /**
     * A move came to this end. {@code target} is absent where none was found, {@code outcome} where the message is not stored any more.
     */
    record Carried(
            Move move, @Nullable QueueId target, @Nullable Outcome<Offset> outcome) {
        static Carried refused(Move move, RefusalCode code, String text) {
            return new Carried(move, null, Outcome.refused(code, text));
        }
    }

    private final QueueId from;
    private final StoredMessages stored;
    private final Partition partition;
    private final Routes routes;
    private final Consumer<Step> enqueue;
    private final ActorRef self;
    private final MoveLines waiting = new MoveLines();
    private boolean carrying;

    Outbox(
            QueueId from,
            StoredMessages stored,
            Partition partition,
            Routes routes,
            Consumer<Step> enqueue,
            ActorRef self) {
        this.from = from;
        this.stored = stored;
        this.partition = partition;
        this.routes = routes;
        this.enqueue = enqueue;
        this.self = self;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes moves whose intents are durable. {@code origin} is the name of this queue's topic, null when it is gone. */
    void begin(List<Move> moves, @Nullable TopicName origin, long nowMillis) {
        moves.forEach(waiting::add);
        goOn(origin, nowMillis);
    }

    /** When {@link #goOn} has something to try again; Long.MAX_VALUE for never. */
    long nextRetryMillis() {
        return carrying ? Long.MAX_VALUE : waiting.nextMillis();
    }

    /** Carries the next move, if none is on its way. What is not open any more is left out: its group was reset or deleted. */
    void goOn(@Nullable TopicName origin, long nowMillis) {
        if (carrying || origin == null) return;
        Move next = waiting.next(nowMillis);
        while (next != null && !partition.state().hasMove(next)) {
            waiting.done(next);
            next = waiting.next(nowMillis);
        }
        if (next == null) return;
        carrying = true;
        Move move = next;
        message(move.offset())
                .thenCompose(message -> carry(move, message, origin))
                .whenComplete((carried, failure) ->
                        self.tell(failure == null ? carried : failed(move, failure), ActorRef.noSender()));
    }

    private CompletionStage<Optional<StoredBlob>> message(Offset offset) {
        StoredBlob cached = partition.cached(offset);
        if (cached != null) return CompletableFuture.completedFuture(Optional.of(cached));
        return stored.read(List.of(offset.value())).thenApply(found -> Optional.ofNullable(found.get(offset)));
    }

    private CompletionStage<Carried> carry(Move move, Optional<StoredBlob> found, TopicName origin) {
        if (found.isEmpty()) return CompletableFuture.completedFuture(new Carried(move, null, null));
        Message message = MessageCodec.decode(found.get().blob());
        if (move.destination() == Move.Destination.DEAD_LETTERS) {
            Message letter = message.withDeadLetterOrigin(new Message.DeadLetterOrigin(origin, message.id()));
            return routes.deadLetters(move.group()).thenCompose(target -> store(move, target, letter));
        }
        Message.DeadLetterOrigin back = message.deadLetterOrigin();
        Outcome<QueueId> target = back == null
                ? Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "the message has no topic to go back to")
                : routes.queueFor(back.topic(), message);
        return store(move, target, message.withDeadLetterOrigin(null));
    }

    private CompletionStage<Carried> store(Move move, Outcome<QueueId> target, Message message) {
        return target.fold(
                queue -> {
                    CompletableFuture<Outcome<Offset>> answer = new CompletableFuture<>();
                    routes.tell(queue, new QueueOperation.TakeIn(idOf(move), OutgoingBlob.of(message), answer));
                    return answer.thenApply(outcome -> new Carried(move, queue, outcome))
                            .completeOnTimeout(
                                    Carried.refused(move, RefusalCode.TIMEOUT, "queue " + queue + " does not answer"),
                                    ANSWER_SECONDS_MAX,
                                    TimeUnit.SECONDS);
                },
                refusal -> CompletableFuture.completedFuture(new Carried(move, null, new Outcome.Refused<>(refusal))));
    }

    private MoveId idOf(Move move) {
        return new MoveId(from, move.groupNumber(), move.number());
    }

    private Carried failed(Move move, Throwable failure) {
        log.error(
                "{}: the message at offset {} cannot be moved now",
                from,
                move.offset().value(),
                failure);
        return Carried.refused(move, RefusalCode.UNAVAILABLE, "the message cannot be read now");
    }

    /** Goes on after a move: finished, given up, or to be tried again. */
    void carried(Carried carried, @Nullable TopicName origin, long nowMillis) {
        carrying = false;
        Move move = carried.move();
        Refusal refusal = carried.outcome() instanceof Outcome.Refused<Offset> refused ? refused.refusal() : null;
        if (carried.outcome() == null) {
            if (partition.state().hasMove(move)
                    && move.offset().compareTo(partition.state().first()) >= 0) {
                log.error(
                        "{}: the message at offset {} is lost: it was to be moved and is not stored",
                        from,
                        move.offset().value());
            }
            finish(move, null);
        } else if (refusal == null) {
            finish(move, carried.target());
        } else if (refusal.code() == RefusalCode.TOPIC_NOT_FOUND && move.destination() == Move.Destination.ORIGIN) {
            waiting.done(move);
            enqueue.accept(new MoveSteps.Change(new QueueCommand.GiveUpMove(move), () -> {}));
        } else {
            long pause = waiting.failed(move, nowMillis);
            log.warn("{}: offset {} is moved in {} ms: {}", from, move.offset().value(), pause, refusal.text());
        }
        goOn(origin, nowMillis);
    }

    private void finish(Move move, @Nullable QueueId target) {
        waiting.done(move);
        enqueue.accept(new MoveSteps.Change(new QueueCommand.FinishMove(move), () -> {
            if (target != null) routes.tell(target, new QueueOperation.ForgetArrival(idOf(move)));
        }));
    }
}
