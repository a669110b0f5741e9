package org.escrowmq.cluster.entity;

import java.util.List;
import java.util.function.Consumer;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.queue.MessageStanding;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.MoveId;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueReply;

/** The steps of moves between queues. Those that intend moves hand them over once that is durable. */
final class MoveSteps {
    private MoveSteps() {}

    static List<Move> decide(Partition partition, QueueCommand command, Step.Moment moment) {
        return ((QueueReply.Moving) partition.decide(command, moment.nowMillis())).moves();
    }

    /** Buries what has had its attempts, among all that is visible. */
    record Bury(GroupName group, int maxAttempts, Consumer<List<Move>> intended) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            List<Move> moves =
                    MoveSteps.decide(partition, new QueueCommand.Bury(group, maxAttempts, Integer.MAX_VALUE), moment);
            return () -> intended.accept(moves);
        }

        @Override
        public void refuse(Refusal why) {
            // Found again by the next look.
        }
    }

    /** A consumer gives a message up. */
    record DeadLetter(QueueOperation.DeadLetter letter, Consumer<List<Move>> intended) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            List<Move> moves = MoveSteps.decide(
                    partition,
                    new QueueCommand.DeadLetter(letter.group(), letter.offset(), letter.deliveryNumber()),
                    moment);
            return () -> {
                intended.accept(moves);
                letter.answer().complete(Outcome.done(true));
            };
        }

        @Override
        public void refuse(Refusal why) {
            letter.refuse(why);
        }
    }

    /** Sends dead letters back; answers which of them. */
    record Redrive(QueueOperation.Redrive redrive, Consumer<List<Move>> intended) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.decide(new QueueCommand.StartGroup(DeadLetterNames.REDRIVE, true), moment.nowMillis());
            List<Move> moves = MoveSteps.decide(
                    partition, new QueueCommand.Redrive(DeadLetterNames.REDRIVE, redrive.offsets()), moment);
            return () -> {
                intended.accept(moves);
                redrive.answer()
                        .complete(Outcome.done(moves.stream().map(Move::offset).toList()));
            };
        }

        @Override
        public void refuse(Refusal why) {
            redrive.refuse(why);
        }
    }

    /** Stores a message that another queue moves here; {@code stored} hears of it when it is new and durable. */
    record TakeIn(QueueOperation.TakeIn arrival, Consumer<OutgoingBlob> stored) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            Offset next = partition.state().next();
            Offset offset = partition.takeIn(arrival.id(), arrival.message(), moment.epochMillis(), moment.nowMillis());
            return () -> {
                if (offset.equals(next)) stored.accept(arrival.message());
                arrival.answer().complete(Outcome.done(offset));
            };
        }

        @Override
        public void refuse(Refusal why) {
            arrival.refuse(why);
        }

        @Override
        public int bytes() {
            return arrival.message().bytes();
        }
    }

    /** A change that nobody waits for; {@code durable} runs when it is, also where there was nothing to change. */
    record Change(QueueCommand command, Runnable durable) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition.decide(command, moment.nowMillis());
            return durable;
        }

        @Override
        public void refuse(Refusal why) {
            // Repeated after the next recovery: a move that is open is carried again, an arrival that is open asked
            // about.
        }
    }

    /** Tells the queue that took a message in whether its move is over. */
    record Settle(MoveId id, QueueId target, Routes routes) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            boolean open = partition.state().moves().stream()
                    .anyMatch(move -> move.groupNumber() == id.groupNumber() && move.number() == id.number());
            return () -> {
                if (!open) routes.tell(target, new QueueOperation.ForgetArrival(id));
            };
        }

        @Override
        public void refuse(Refusal why) {
            // The target asks again.
        }
    }

    /** Tells what has become of dead letters. A step, so that the answer waits until what it tells of is durable. */
    record ReadRedrives(QueueOperation.ReadRedrives read) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            List<DeadLetters.State> states = read.offsets().stream()
                    .map(offset -> partition
                            .state()
                            .standing(DeadLetterNames.REDRIVE, offset, moment.nowMillis())
                            .map(standing -> stateOf(standing.kind()))
                            .orElse(DeadLetters.State.WAITING))
                    .toList();
            return () -> read.answer().complete(Outcome.done(states));
        }

        private static DeadLetters.State stateOf(MessageStanding.Kind kind) {
            return switch (kind) {
                case NOT_OFFERED, LEASED, WAITING, BLOCKED -> DeadLetters.State.WAITING;
                case MOVING -> DeadLetters.State.MOVING;
                case DONE -> DeadLetters.State.REDRIVEN;
            };
        }

        @Override
        public void refuse(Refusal why) {
            read.refuse(why);
        }
    }
}
