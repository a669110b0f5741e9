package org.escrowmq.systemtests.history;

import java.util.NavigableSet;
import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Delivered;

/** I10: while the load runs, sends and deliveries succeed soon after each ready; and no ack is confirmed that nobody could send. */
final class BackInTime implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        long limitNanos = limits.backWithin().toNanos();
        for (long ready : history.readies()) {
            Long nextCrash = history.crashes().higher(ready);
            long until = Math.min(history.loadEndedNanos(), nextCrash == null ? Long.MAX_VALUE : nextCrash);
            if (until - ready <= limitNanos) {
                continue;
            }
            within("acknowledged send", history.sendsAcknowledged(), ready, limits, violations);
            within("delivery", history.deliveries(), ready, limits, violations);
        }
        for (Story story : history.stories()) {
            story.groups().values().forEach(inGroup -> acksHaveDeliveries(story, inGroup, violations));
        }
    }

    private static void within(
            String what, NavigableSet<Long> times, long ready, Limits limits, Consumer<Violation> violations) {
        Long first = times.higher(ready);
        if (first == null || first - ready > limits.backWithin().toNanos()) {
            String when = first == null ? "never" : (first - ready) / 1_000_000 + " ms";
            violations.accept(new Violation(
                    Invariant.I10_BACK_IN_TIME, "", "first " + what + " after ready at " + ready + ": " + when));
        }
    }

    private static void acksHaveDeliveries(Story story, Story.InGroup inGroup, Consumer<Violation> violations) {
        for (AckOk ack : inGroup.acks) {
            boolean delivered =
                    inGroup.deliveries.stream().mapToInt(Delivered::attempt).anyMatch(a -> a == ack.attempt());
            if (!delivered) {
                violations.accept(new Violation(
                        Invariant.I10_BACK_IN_TIME, story.key(), "OK to an ack of a delivery that nobody saw: " + ack));
            }
        }
    }
}
