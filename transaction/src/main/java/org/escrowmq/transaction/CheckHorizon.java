package org.escrowmq.transaction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The checks of a queue that come next, in memory; the others stay in the tables, however many there are. All checks due before its end are
 * here. Not thread-safe.
 *
 * <pre>
 *   due:   |---- in memory, at most max ----|---- in the tables only ----->
 *                                          end
 * </pre>
 */
public final class CheckHorizon {
    /** A check of a transaction. */
    public record Due(long epochMillis, long number) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(epochMillis, other.epochMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final int max;
    private final TreeSet<Due> next = new TreeSet<>();
    private final Map<Long, Due> byNumber = new HashMap<>();
    private long end = Long.MIN_VALUE;

    /** Keeps at most {@code max} checks. */
    public CheckHorizon(int max) {
        this.max = max;
    }

    /** Whether the tables have to be asked before it can be said what is due at this time. */
    public boolean endsBefore(long epochMillis) {
        return end <= epochMillis;
    }

    /** How many checks to read from the tables at once. */
    public int page() {
        return max;
    }

    /** Takes the first checks that the tables have, up to {@link #page()}, in order; fewer are all that there are. */
    public void load(List<Due> first) {
        next.clear();
        byNumber.clear();
        end = first.size() < max ? Long.MAX_VALUE : first.get(first.size() - 1).epochMillis();
        for (Due due : first) if (due.epochMillis() < end) put(due);
        // All of them at one time: better some of them early than none.
        if (next.isEmpty() && !first.isEmpty()) {
            first.forEach(this::put);
        }
    }

    /** A transaction is to be asked about at a time; replaces what was planned. */
    public void plan(long number, long epochMillis) {
        forget(number);
        if (epochMillis >= end) return;
        put(new Due(epochMillis, number));
        if (next.size() <= 2 * max) return;
        end = next.last().epochMillis();
        List<Due> beyond = new ArrayList<>(next.tailSet(new Due(end, Long.MIN_VALUE)));
        beyond.forEach(due -> forget(due.number()));
    }

    /** A transaction is not asked about any more. */
    public void forget(long number) {
        Due planned = byNumber.remove(number);
        if (planned != null) next.remove(planned);
    }

    /** The checks due at this time, oldest first, at most {@code limit}; they stay until they are planned anew or forgotten. */
    public List<Due> due(long epochMillis, int limit) {
        List<Due> found = new ArrayList<>();
        for (Due due : next) {
            if (due.epochMillis() > epochMillis || found.size() >= limit) break;
            found.add(due);
        }
        return found;
    }

    /** When there is something to do next: a check that is in memory, or the end, where the tables are asked. */
    public long nextEpochMillis() {
        return next.isEmpty() ? end : next.first().epochMillis();
    }

    private void put(Due due) {
        next.add(due);
        byNumber.put(due.number(), due);
    }
}
