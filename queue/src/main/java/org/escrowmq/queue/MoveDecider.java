package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.Offset;

/**
 * What commands about moves lead to. A move is intended durably here, carried out by whoever owns the queue, and finished durably
 * once the message is in the other queue; the other queue remembers the arrival until then, so a repetition stores nothing.
 */
final class MoveDecider {
    private static final QueueReply OK = new QueueReply.Ok();

    private final QueueState state;
    private final QueueSettings settings;
    private final long nowMillis;

    MoveDecider(QueueState state, QueueSettings settings, long nowMillis) {
        this.state = state;
        this.settings = settings;
        this.nowMillis = nowMillis;
    }

    Decision bury(QueueCommand.Bury command) {
        GroupState group = state.group(command.group());
        if (group == null) return moving(List.of());
        List<Offset> exhausted = group.exhausted(command.maxAttempts(), command.looked(), nowMillis);
        return intend(group, exhausted, Move.Destination.DEAD_LETTERS);
    }

    /**
     * Whoever asks will ask again until it is told that it is done, so a delivery that gives no right to the message any more is no
     * refusal: the message is done with, on its way already, or in the hands of a newer delivery.
     */
    Decision deadLetter(QueueCommand.DeadLetter command) {
        GroupState group = state.group(command.group());
        Lease lease = group == null ? null : group.lease(command.offset().value());
        if (group == null || lease == null || lease.isMoving() || lease.deliveryNumber != command.deliveryNumber()) {
            return moving(List.of());
        }
        return intend(group, List.of(command.offset()), Move.Destination.DEAD_LETTERS);
    }

    /** Offsets that are done with or on their way are left out, and new ones for which there is no room in flight. */
    Decision redrive(QueueCommand.Redrive command) {
        GroupState group = state.group(command.group());
        if (group == null) return moving(List.of());
        List<Offset> chosen = new ArrayList<>();
        long room = (long) settings.inFlightMax() - group.leases.size();
        long expected = group.cursor();
        for (Offset offset : command.offsets()) {
            if (offset.value() < group.cursor()) {
                Lease lease = group.lease(offset.value());
                if (lease != null && !lease.isMoving()) chosen.add(offset);
                continue;
            }
            room -= offset.value() - expected + 1;
            if (room < 0 || offset.compareTo(state.next()) >= 0) break;
            expected = offset.value() + 1;
            chosen.add(offset);
        }
        return intend(group, chosen, Move.Destination.ORIGIN);
    }

    Decision finish(QueueCommand.FinishMove command) {
        Move move = command.move();
        if (!state.hasMove(move)) return new Decision(List.of(), OK);
        return new Decision(List.of(new QueueEvent.Moved(move.groupNumber(), move.offset())), OK);
    }

    /** Only a redrive is given up: there always is a place for a dead letter. */
    Decision giveUp(QueueCommand.GiveUpMove command) {
        Move move = command.move();
        if (move.destination() != Move.Destination.ORIGIN) {
            throw new IllegalArgumentException("a move to the dead letters is not given up: " + move);
        }
        if (!state.hasMove(move)) return new Decision(List.of(), OK);
        return new Decision(List.of(new QueueEvent.MoveGivenUp(move.groupNumber(), move.offset())), OK);
    }

    Decision takeIn(QueueCommand.TakeIn command) {
        Offset known = state.arrivals().find(command.id());
        if (known != null) return new Decision(List.of(), new QueueReply.Appended(known));
        Offset offset = state.next();
        List<QueueEvent> events = List.of(
                new QueueEvent.Appended(offset, List.of(command.message()), command.storedEpochMillis()),
                new QueueEvent.Arrived(command.id(), offset));
        return new Decision(events, new QueueReply.Appended(offset));
    }

    Decision forget(QueueCommand.ForgetArrival command) {
        if (state.arrivals().find(command.id()) == null) return new Decision(List.of(), OK);
        return new Decision(List.of(new QueueEvent.ArrivalForgotten(command.id())), OK);
    }

    private static Decision moving(List<Move> moves) {
        return new Decision(List.of(), new QueueReply.Moving(moves));
    }

    private static Decision intend(GroupState group, List<Offset> offsets, Move.Destination destination) {
        List<QueueEvent> events = new ArrayList<>(offsets.size());
        List<Move> moves = new ArrayList<>(offsets.size());
        long number = group.nextDeliveryNumber();
        for (Offset offset : offsets) {
            events.add(new QueueEvent.MoveIntended(group.number, offset, number, destination));
            moves.add(new Move(group.name, group.number, offset, number++, destination));
        }
        return new Decision(events, new QueueReply.Moving(moves));
    }
}
