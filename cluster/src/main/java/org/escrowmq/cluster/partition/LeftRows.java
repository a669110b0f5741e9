package org.escrowmq.cluster.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;

/**
 * Rows in WAITING of messages that became visible, which are left until there is time to remove them; {@link Passed} says which. On the
 * tentative side, like its {@link Delays}.
 */
final class LeftRows {
    private final DelayList durable;
    private Passed passed = Passed.NONE;
    private long count;
    /** Those before this place were removed. */
    private DueTime sweptTo = DueTime.FIRST;

    LeftRows(DelayList durable) {
        this.durable = durable;
    }

    /** Recovery: takes over what the tables say. */
    void recovered(DelayCounts counts) {
        passed = counts.passed();
        count = counts.left();
        sweptTo = DueTime.FIRST;
    }

    Passed passed() {
        return passed;
    }

    /** How many there are. */
    long count() {
        return count;
    }

    /** Whether a row is one of them. */
    boolean covers(Delayed row) {
        return passed.covers(row);
    }

    /**
     * Leaves the row of the first message that waits, which becomes visible; false where it has to be removed at once.
     *
     * @param next no number from this one on was given out
     */
    boolean leave(Delayed first, long next) {
        if (!passed.mayExtendTo(first)) return false;
        passed = passed.extendedTo(first, next);
        count++;
        return true;
    }

    /** Takes some to be removed, after a look at no more than {@code limit}; those that were {@code changed} are gone by that. */
    List<Delayed> take(int limit, Predicate<DueTime> changed) {
        int size = (int) Math.min(limit, count);
        List<Delayed> taken = new ArrayList<>(size);
        if (size == 0) return taken;
        List<Delayed> page = durable.rows(sweptTo, size);
        for (Delayed row : page) {
            sweptTo = row.due().next();
            if (!changed.test(row.due()) && passed.covers(row)) taken.add(row);
        }
        boolean all = page.size() < size || sweptTo.compareTo(passed.end()) >= 0;
        if (all) sweptTo = passed.end();
        count = all ? 0 : count - taken.size();
        return taken;
    }
}
