package org.escrowmq.systemtests.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Checks while a backlog is consumed that each message comes exactly as often as it has to (once, or twice when its first consumption was
 * made to fail) and that those of a message group come in their order. Thread-safe.
 */
final class Tally {
    private static final int SHOWN_MAX = 20;

    private final Backlog backlog;
    private final AtomicIntegerArray times;
    private final AtomicIntegerArray nextOfGroup;
    private final ConcurrentLinkedQueue<String> shown = new ConcurrentLinkedQueue<>();
    private final LongAdder violations = new LongAdder();

    Tally(Backlog backlog) {
        this.backlog = backlog;
        this.times = new AtomicIntegerArray(backlog.messages());
        this.nextOfGroup = new AtomicIntegerArray(Math.max(1, backlog.messageGroups()));
    }

    /** A consumer has this message; false when it has to fail with it. */
    boolean received(int message) {
        int time = times.incrementAndGet(message);
        if (time > expected(message)) {
            violation(name(message) + " came " + time + " times instead of " + expected(message));
            return true;
        }
        boolean fails = backlog.failsOnce(message) && time == 1;
        if (backlog.messageGroups() > 0) {
            int group = backlog.messageGroup(message);
            int due = nextOfGroup.get(group);
            boolean inOrder =
                    due == backlog.sequence(message) && (fails || nextOfGroup.compareAndSet(group, due, due + 1));
            if (!inOrder) {
                violation(name(message) + " came when number " + nextOfGroup.get(group) + " of its group was due");
            }
        }
        return !fails;
    }

    private int expected(int message) {
        return backlog.failsOnce(message) ? 2 : 1;
    }

    private String name(int message) {
        return "message " + message
                + (backlog.messageGroups() == 0
                        ? ""
                        : ", number " + backlog.sequence(message) + " of group " + backlog.messageGroup(message));
    }

    private void violation(String text) {
        violations.increment();
        if (violations.sum() <= SHOWN_MAX) {
            shown.add(text);
        }
    }

    /** At the end, when nothing more is to come: what was wrong, the first of many and how many more; empty when nothing was. */
    List<String> violations() {
        for (int message = 0; message < backlog.messages(); message++) {
            if (times.get(message) < expected(message)) {
                violation(name(message) + " came " + times.get(message) + " times instead of " + expected(message));
            }
        }
        List<String> all = new ArrayList<>(shown);
        if (violations.sum() > all.size()) {
            all.add("and " + (violations.sum() - all.size()) + " more");
        }
        return all;
    }
}
