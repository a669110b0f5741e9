package org.escrowmq.delay;

import java.util.Comparator;

/** The order in which a queue's waiting messages become visible: that of their times, of equal ones that of storing. */
public record DueTime(long epochMillis, long number) implements Comparable<DueTime> {
    /** Before all others. */
    public static final DueTime FIRST = new DueTime(0, 0);

    private static final Comparator<DueTime> ORDER =
            Comparator.comparingLong(DueTime::epochMillis).thenComparingLong(DueTime::number);

    @Override
    public int compareTo(DueTime other) {
        return ORDER.compare(this, other);
    }

    /** The one right after this. */
    public DueTime next() {
        return new DueTime(epochMillis, number + 1);
    }

    /** The earlier of both. */
    public DueTime orEarlier(DueTime other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The later of both. */
    public DueTime orLater(DueTime other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
