package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node serves, and if not, why. Moves one way: STARTING, then READY or FAILED, and from each of them to
 * STOPPING. Thread-safe; listeners are called in the order of the changes, under this object's lock, and only hand over.
 */
final class Readiness {
    /** Where a node is in its life. */
    enum State {
        STARTING,
        READY,
        FAILED,
        STOPPING
    }

    private final List<Consumer<State>> listeners = new ArrayList<>();
    private State state = State.STARTING;

    /** Follows a node's start. */
    static Readiness following(CompletionStage<Void> ready) {
        Readiness readiness = new Readiness();
        ready.whenComplete((done, fault) -> readiness.started(fault == null ? State.READY : State.FAILED));
        return readiness;
    }

    /** Where the node is now. */
    synchronized State state() {
        return state;
    }

    /** Null when the node serves; else the reason why it does not, for a person. */
    @Nullable
    String reason() {
        return switch (state()) {
            case STARTING -> "the node is starting: its queues are not recovered yet";
            case READY -> null;
            case FAILED -> "the node could not start: its log says why";
            case STOPPING -> "the node is stopping";
        };
    }

    /** From now on the node does not serve any more. */
    synchronized void stopping() {
        if (state != State.STOPPING) move(State.STOPPING);
    }

    /** Hands over the present state and every later one, until {@link #forget}. */
    synchronized void listen(Consumer<State> listener) {
        listeners.add(listener);
        listener.accept(state);
    }

    /** Ends a {@link #listen}. */
    synchronized void forget(Consumer<State> listener) {
        listeners.remove(listener);
    }

    private synchronized void started(State outcome) {
        if (state == State.STARTING) move(outcome);
    }

    private void move(State next) {
        state = next;
        List.copyOf(listeners).forEach(listener -> listener.accept(next));
    }
}
