package org.escrowmq.queue;

/** What events do to a state at one moment. Never refuses; an event that was not decided on this state is a bug and throws. */
final class Replay implements QueueEvent.Cases<QueueState> {
    private final QueueState state;
    private final long nowMillis;

    Replay(QueueState state, long nowMillis) {
        this.state = state;
        this.nowMillis = nowMillis;
    }

    @Override
    public QueueState appended(QueueEvent.Appended event) {
        if (!event.first().equals(state.next())) {
            throw new IllegalStateException("messages appended at " + event.first() + ", but next is " + state.next());
        }
        state.append(event);
        return state;
    }

    @Override
    public QueueState groupStarted(QueueEvent.GroupStarted event) {
        state.open(event.group(), event.groupNumber(), event.at().value());
        return state;
    }

    @Override
    public QueueState groupDeleted(QueueEvent.GroupDeleted event) {
        state.close(state.group(event.groupNumber()));
        return state;
    }

    @Override
    public QueueState delivered(QueueEvent.Delivered event) {
        state.group(event.groupNumber()).deliver(event, nowMillis);
        return state;
    }

    @Override
    public QueueState deliveredInOrder(QueueEvent.DeliveredInOrder event) {
        state.group(event.groupNumber()).deliverInOrder(event, nowMillis);
        return state;
    }

    @Override
    public QueueState acknowledged(QueueEvent.Acknowledged event) {
        state.group(event.groupNumber()).acknowledge(event.offset().value());
        return state;
    }

    @Override
    public QueueState invisibleChanged(QueueEvent.InvisibleChanged event) {
        state.group(event.groupNumber()).changeInvisible(event, nowMillis);
        return state;
    }

    @Override
    public QueueState clientReleased(QueueEvent.ClientReleased event) {
        for (GroupState group : state.allGroups()) {
            group.releaseClient(event.clientId(), event.delayMillis(), nowMillis);
        }
        return state;
    }

    @Override
    public QueueState trimmed(QueueEvent.Trimmed event) {
        state.trim(event.first().value());
        return state;
    }

    @Override
    public QueueState moveIntended(QueueEvent.MoveIntended event) {
        state.group(event.groupNumber()).intendMove(event, nowMillis);
        return state;
    }

    @Override
    public QueueState moved(QueueEvent.Moved event) {
        state.group(event.groupNumber()).acknowledge(event.offset().value());
        return state;
    }

    @Override
    public QueueState moveGivenUp(QueueEvent.MoveGivenUp event) {
        state.group(event.groupNumber()).giveUpMove(event.offset().value(), nowMillis);
        return state;
    }

    @Override
    public QueueState arrived(QueueEvent.Arrived event) {
        state.arrivals().add(event.id(), event.offset());
        return state;
    }

    @Override
    public QueueState arrivalForgotten(QueueEvent.ArrivalForgotten event) {
        state.arrivals().forget(event.id());
        return state;
    }

    @Override
    public QueueState groupReset(QueueEvent.GroupReset event) {
        state.group(event.groupNumber()).reset(event.at().value());
        return state;
    }
}
