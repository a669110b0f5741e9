package org.escrowmq.systemtests.history;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.SendInvoked;
import org.escrowmq.systemtests.history.Event.SendOk;

/**
 * I5. Answers to two consumers may overtake each other, so deliveries are told apart by their attempt and not by time alone: within a
 * group each attempt is seen once, and none higher than an acknowledged one after that ack.
 */
final class NoNeedlessDuplicate implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        for (Story story : history.stories()) {
            Consumer<String> report =
                    seen -> violations.accept(new Violation(Invariant.I5_NO_NEEDLESS_DUPLICATE, story.key(), seen));
            sameId(story, report);
            story.groups().forEach((group, inGroup) -> {
                attemptsDiffer(inGroup, report);
                nothingAfterAck(inGroup, report);
                eachHasACause(history, limits, story, inGroup, report);
            });
        }
    }

    private static void sameId(Story story, Consumer<String> report) {
        SendOk ok = story.ok();
        String expected = ok == null ? null : ok.messageId();
        for (Story.InGroup inGroup : story.groups().values()) {
            for (Delivered delivered : inGroup.deliveries) {
                if (expected == null) {
                    expected = delivered.messageId();
                } else if (!delivered.messageId().equals(expected)) {
                    report.accept("known as " + expected + ", " + delivered);
                }
            }
        }
    }

    private static void attemptsDiffer(Story.InGroup inGroup, Consumer<String> report) {
        Map<Integer, Delivered> byAttempt = new HashMap<>();
        for (Delivered delivered : inGroup.deliveries) {
            Delivered earlier = byAttempt.putIfAbsent(delivered.attempt(), delivered);
            if (earlier != null) {
                report.accept("attempt " + delivered.attempt() + " twice: " + earlier + " and " + delivered);
            } else if (delivered.attempt() < 1) {
                report.accept("attempts count from 1: " + delivered);
            }
        }
    }

    private static void nothingAfterAck(Story.InGroup inGroup, Consumer<String> report) {
        for (AckOk ack : inGroup.acks) {
            for (Delivered delivered : inGroup.deliveries) {
                if (delivered.attempt() > ack.attempt() && delivered.atNanos() > ack.atNanos()) {
                    report.accept(ack + ", then " + delivered);
                }
            }
        }
    }

    /** Something must have ended the lease between the delivery before (or the send, when no consumer saw that one) and this one. */
    private static void eachHasACause(
            History history, Limits limits, Story story, Story.InGroup inGroup, Consumer<String> report) {
        for (Delivered delivered : inGroup.deliveries) {
            if (delivered.attempt() <= 1) {
                continue;
            }
            Delivered before = inGroup.deliveries.stream()
                    .filter(earlier ->
                            earlier.attempt() < delivered.attempt() && earlier.atNanos() <= delivered.atNanos())
                    .max((a, b) -> Integer.compare(a.attempt(), b.attempt()))
                    .orElse(null);
            SendInvoked invoked = story.invoked();
            long from = before != null ? before.atNanos() : invoked != null ? invoked.atNanos() : Long.MIN_VALUE;
            long to = delivered.atNanos();
            boolean leaseEnded = to - from >= limits.lease().toNanos();
            boolean nacked = inGroup.nacks.stream().anyMatch(nack -> nack.atNanos() <= to && nack.atNanos() >= from);
            if (!leaseEnded && !nacked && !history.interrupted(delivered.group(), from, to)) {
                report.accept("delivered again while its lease ran, before: " + before + ", again: " + delivered);
            }
        }
    }
}
