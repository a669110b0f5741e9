package org.escrowmq.systemtests.history;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Where clients write down what they see. Thread-safe; an event carries the time at which it happened, not at which it is written. */
public final class HistoryRecorder {
    private final Collection<Event> events = new ConcurrentLinkedQueue<>();

    public void record(Event event) {
        events.add(event);
    }

    /** What was written so far. */
    public History history() {
        return new History(events);
    }
}
