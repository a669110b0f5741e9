package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What came of messages with the numbers from 0 on: how often each, and how long after its time. A higher number is one that must not come at all.
 * Thread-safe.
 */
final class Deliveries {
    private static final int SHOWN_MAX = 10;
    private static final long LATE_MILLIS_MAX = 3_600_000;

    private final AtomicIntegerArray times;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicLong violations = new AtomicLong();
    private final ConcurrentLinkedQueue<String> shown = new ConcurrentLinkedQueue<>();
    private final Histogram lateMillis = new ConcurrentHistogram(LATE_MILLIS_MAX, 3);

    Deliveries(int expected) {
        this.times = new AtomicIntegerArray(expected);
    }

    /** A consumer has the message now, when the server's clock shows that time at the latest. */
    void received(Message message, long serverEpochMillis) {
        long number = NumberedDelay.number(message);
        long late = serverEpochMillis - NumberedDelay.dueEpochMillis(message);
        if (late < 0) violation("message " + number + " came " + -late + " ms before its time");
        if (number < 0 || number >= times.length()) {
            violation("message " + number + " came, which must not come yet");
        } else if (times.incrementAndGet((int) number) == 1) {
            lateMillis.recordValue(Math.max(0, Math.min(late, LATE_MILLIS_MAX)));
            arrived.incrementAndGet();
        }
    }

    private void violation(String text) {
        if (violations.incrementAndGet() <= SHOWN_MAX) shown.add(text);
    }

    /** How many different ones have come. */
    int arrived() {
        return arrived.get();
    }

    /** How many of these numbers have come. */
    int arrived(int from, int to) {
        int count = 0;
        for (int number = from; number < to; number++) if (times.get(number) > 0) count++;
        return count;
    }

    /** How often it came. */
    int times(int number) {
        return times.get(number);
    }

    /** How long after their time they came, in milliseconds; once for each. */
    Histogram lateMillis() {
        return lateMillis;
    }

    /** What came too early, or must not have come; the first of many and how many more. */
    List<String> findings() {
        List<String> all = new ArrayList<>(shown);
        if (violations.get() > all.size()) all.add("and " + (violations.get() - all.size()) + " more such");
        return all;
    }

    /** Which numbers below a limit did not come exactly once; the first of many and how many more. */
    List<String> notOnce(int below) {
        List<String> all = new ArrayList<>();
        int more = 0;
        for (int number = 0; number < below; number++) {
            if (times.get(number) == 1) continue;
            if (all.size() < SHOWN_MAX) all.add("message " + number + " came " + times.get(number) + " times");
            else more++;
        }
        if (more > 0) all.add("and " + more + " more that did not come once");
        return all;
    }
}
