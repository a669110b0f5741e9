package org.escrowmq.cluster.entity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.escrowmq.cluster.DelayTraffic.Happening;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DelayDecider;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.delay.Recalled;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/** The steps of messages that wait for their time. */
final class DelaySteps {
    /** Whoever checked the time did so a moment before. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private DelaySteps() {}

    /**
     * Stores a message that is to be visible later; like any other one where its time is over by now. A repetition meets the first copy
     * where that waits, was recalled, or is visible.
     */
    static final class Store implements Step {
        private final QueueOperation.SendLater send;
        private final Sends sends;
        private final TopicLabels labels;
        private final Duration maxDelay;
        private @Nullable StoreStep atOnce;

        Store(QueueOperation.SendLater send, Duration maxDelay, Sends sends, TopicLabels labels) {
            this.send = send;
            this.maxDelay = maxDelay;
            this.sends = sends;
            this.labels = labels;
        }

        @Override
        public Runnable decide(Partition partition, Moment moment) {
            OutgoingBlob message = send.message();
            Optional<DueTime> known =
                    sends.dropsDuplicates() ? partition.placeOf(message, moment.epochMillis()) : Optional.empty();
            if (known.isPresent()) {
                return () -> {
                    labels.repeated(List.of(message));
                    answer(known.get());
                };
            }
            if (isVisibleAtOnce(partition, moment)) return storeAtOnce().decide(partition, moment);
            long ahead = message.dueEpochMillis() - moment.epochMillis();
            if (ahead > maxDelay.plus(SLACK).toMillis()) {
                return () -> refuse(new Refusal(RefusalCode.INVALID_ARGUMENT, DelayDecider.tooFar(maxDelay, ahead)));
            }
            DueTime place = partition.storeWaiting(message, moment.epochMillis());
            return () -> {
                labels.stored(List.of(message));
                labels.delays().count(Happening.ENQUEUED);
                answer(place);
            };
        }

        private void answer(DueTime waiting) {
            send.answer().complete(Outcome.done(new QueueOperation.SendLater.Placed(null, waiting)));
        }

        /** In a message group also one whose time is over waits for those with earlier times, unless it may be visible already. */
        private boolean isVisibleAtOnce(Partition partition, Moment moment) {
            OutgoingBlob message = send.message();
            if (message.dueEpochMillis() > moment.epochMillis()) return false;
            boolean inOrder = message.incoming().groupHash() != 0;
            return !inOrder
                    || !partition.delays().wouldOvertake(message.dueEpochMillis())
                    || partition.state().withFingerprint(message.incoming().fingerprint(), moment.epochMillis())
                            != null;
        }

        private StoreStep storeAtOnce() {
            StoreStep known = atOnce;
            if (known != null) return known;
            CompletableFuture<Outcome<List<Offset>>> stored = new CompletableFuture<>();
            stored.thenAccept(outcome -> send.answer()
                    .complete(outcome.fold(
                            offsets -> Outcome.done(new QueueOperation.SendLater.Placed(offsets.get(0), null)),
                            Outcome.Refused::new)));
            StoreStep fresh = new StoreStep(new QueueOperation.Send(List.of(send.message()), bytes(), stored), sends);
            atOnce = fresh;
            return fresh;
        }

        @Override
        public void refuse(Refusal why) {
            send.refuse(why);
        }

        @Override
        public int bytes() {
            return send.message().bytes();
        }
    }

    /** A command on one that waits. */
    record Command(QueueOperation.OnDelayed operation, TopicLabels labels) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            DueTime place = operation.id().due();
            Optional<Delayed> waiting = partition.delays().find(place.number(), place.epochMillis());
            if (waiting.isEmpty()) return gone(partition, moment);
            Outcome<DelayEvent> decision = partition.decide(waiting.get(), operation.command(), moment.epochMillis());
            String messageId = waiting.get().messageId();
            return () -> {
                if (decision instanceof Outcome.Done) counted(messageId);
                else operation.refuse(((Outcome.Refused<DelayEvent>) decision).refusal());
            };
        }

        private void counted(String messageId) {
            labels.delays().count(isRecall() ? Happening.RECALLED : Happening.RESCHEDULED);
            operation.answer().complete(Outcome.done(messageId));
        }

        private boolean isRecall() {
            return operation.command() instanceof DelayCommand.Recall;
        }

        private Runnable gone(Partition partition, Moment moment) {
            DueTime place = operation.id().due();
            Optional<Recalled> recalled = partition.delays().recalled(place.number());
            if (recalled.isPresent()) return () -> recalled(recalled.get());
            boolean never = !partition.delays().knew(place.number());
            boolean forgotten = place.epochMillis() + Recalled.KEPT_MILLIS < moment.epochMillis();
            boolean neverWaited = place.number() == DelayedId.NOT_WAITING;
            return () -> refuseGone(!neverWaited && (never || forgotten));
        }

        private void recalled(Recalled known) {
            if (isRecall()) {
                counted(known.messageId());
                return;
            }
            operation.refuse(new Refusal(
                    RefusalCode.NOT_FOUND,
                    "RECALLED: message " + known.messageId() + " was recalled at "
                            + Instant.ofEpochMilli(known.change().epochMillis()) + " and is never delivered"));
        }

        private void refuseGone(boolean unknown) {
            if (isRecall()) labels.delays().count(unknown ? Happening.RECALLED_UNKNOWN : Happening.RECALLED_TOO_LATE);
            operation.refuse(new Refusal(
                    RefusalCode.NOT_FOUND,
                    unknown
                            ? "NOT_FOUND: nothing is known of a message with this handle; what became of one is known for "
                                    + "24 h after its time"
                            : "ALREADY_DELIVERED: the message became visible to its consumers before this"));
        }

        @Override
        public void refuse(Refusal why) {
            operation.refuse(why);
        }
    }

    /** Makes messages visible that are due, at most {@code limit}; {@code done} is told how many when that is durable. */
    record Due(int limit, TopicLabels labels, InstantSource clock, IntConsumer done) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            List<Delayed> due = partition.takeDue(moment.epochMillis(), limit);
            return () -> {
                long now = clock.millis();
                for (Delayed message : due) labels.delays().due(now - message.dueEpochMillis());
                done.accept(due.size());
            };
        }

        @Override
        public void refuse(Refusal why) {
            // The queue stops: the next actor finds them.
        }
    }

    /** Removes rows of messages that became visible, at most {@code limit}; {@code done} runs when that is durable. */
    record Sweep(int limit, Runnable done) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.delays().sweep(limit);
            return done;
        }

        @Override
        public void refuse(Refusal why) {
            // The queue stops: the next actor finds them.
        }
    }
}
