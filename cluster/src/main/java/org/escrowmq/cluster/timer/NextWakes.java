package org.escrowmq.cluster.timer;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.escrowmq.model.QueueId;
import org.escrowmq.persistence.TableReader;

/**
 * Wakes queues that sleep when something of theirs falls due, by the journal's next-wake table. A queue is woken again and
 * again until its entry moves, a bounded number at a time; the queue alone decides what is due.
 */
public final class NextWakes {
    /** The most queues woken in one look. */
    public static final int WOKEN_MAX = 200;

    private final TableReader tables;
    private final InstantSource clock;
    private final Consumer<QueueId> wake;

    /** Looks into {@code tables}; {@code wake} sends a queue its wake-up. */
    public NextWakes(TableReader tables, InstantSource clock, Consumer<QueueId> wake) {
        this.tables = tables;
        this.clock = clock;
        this.wake = wake;
    }

    /** Wakes the queues whose time has come; returns how many. */
    public int look() {
        List<TableReader.Wake> due = tables.wakesUntil(clock.millis(), WOKEN_MAX);
        due.forEach(entry -> wake.accept(QueueId.parse(entry.id().value())));
        return due.size();
    }
}
