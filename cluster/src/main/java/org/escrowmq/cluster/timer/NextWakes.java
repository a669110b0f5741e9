package org.escrowmq.cluster.timer;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.escrowmq.model.QueueId;
import org.escrowmq.persistence.TableReader;

/**
 * Wakes queues that sleep when something of theirs falls due, by the journal's next-wake table. A queue is woken again and
 * again until it is awake, a bounded number at a time; the queue alone decides what is due.
 */
public final class NextWakes {
    /** The most queues woken in one look. */
    public static final int WOKEN_MAX = 200;

    /** Rows looked at for them: those of queues that are awake stay until what they wait for is over. */
    private static final int LOOKED_AT_MAX = 5_000;

    private final TableReader tables;
    private final InstantSource clock;
    private final Predicate<QueueId> awake;
    private final Consumer<QueueId> wake;

    /** Looks into {@code tables}; {@code awake} tells which queues need none; {@code wake} sends a queue its wake-up. */
    public NextWakes(TableReader tables, InstantSource clock, Predicate<QueueId> awake, Consumer<QueueId> wake) {
        this.tables = tables;
        this.clock = clock;
        this.awake = awake;
        this.wake = wake;
    }

    /** Wakes the queues whose time has come; returns how many. */
    public int look() {
        List<QueueId> due = tables.wakesUntil(clock.millis(), LOOKED_AT_MAX).stream()
                .map(entry -> QueueId.parse(entry.id().value()))
                .filter(awake.negate())
                .limit(WOKEN_MAX)
                .toList();
        due.forEach(wake);
        return due.size();
    }
}
