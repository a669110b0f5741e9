package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;

/**
 * Up to where messages of a queue became visible: a burst leaves their rows, which are removed when there is time for that. A row before
 * {@code end} with a number below {@code numbers} is not of a message that waits, unless its time was changed. One whose time was changed
 * is removed at once, and so is one that came later with an earlier time, as after a clock that was set back.
 */
record Passed(DueTime end, long numbers) {
    static final Passed NONE = new Passed(DueTime.FIRST, 0);

    static Passed read(ByteBuffer in) {
        return new Passed(new DueTime(in.getLong(), in.getLong()), in.getLong());
    }

    void put(ByteBuffer out) {
        out.putLong(end.epochMillis()).putLong(end.number()).putLong(numbers);
    }

    /** Whether a row is that of a message that became visible. */
    boolean covers(Delayed row) {
        return row.number() < numbers && row.moved() == null && row.due().compareTo(end) < 0;
    }

    /** Whether a message that becomes visible, the first of those that wait, may leave its row. */
    boolean mayExtendTo(Delayed first) {
        return first.moved() == null && first.due().compareTo(end) >= 0;
    }

    /** After such a message, where numbers from {@code next} on have not been given out. */
    Passed extendedTo(Delayed first, long next) {
        return new Passed(first.due().next(), next);
    }
}
