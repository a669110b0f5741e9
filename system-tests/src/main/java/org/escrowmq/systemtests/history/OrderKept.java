package org.escrowmq.systemtests.history;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Consumed;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.jspecify.annotations.Nullable;

/**
 * I4. A message stands before another of its message group when its send was acknowledged before the send of the other began; a send
 * without answer stands before nothing, since it may have been stored late. In each consumer group:
 *
 * <ul>
 *   <li>the first success with a message comes after the first success with each that stands before it: no swap, no skip;
 *   <li>no message comes again after one behind it was acknowledged. Before that it may, when its own ack got lost.
 * </ul>
 */
final class OrderKept implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        history.messageGroups().forEach((messageGroup, stories) -> {
            Set<String> groups = new TreeSet<>();
            stories.forEach(story -> groups.addAll(story.groups().keySet()));
            for (String group : groups) {
                for (int i = 0; i < stories.size(); i++) {
                    Story later = stories.get(i);
                    Consumer<String> report = seen -> violations.accept(new Violation(
                            Invariant.I4_ORDER_KEPT,
                            later.key(),
                            "message group " + messageGroup + " in " + group + ": " + seen));
                    check(stories.subList(0, i), later, group, report);
                }
            }
        });
    }

    private static void check(List<Story> earlier, Story later, String group, Consumer<String> report) {
        Story.InGroup laterHere = later.groups().get(group);
        if (laterHere == null) {
            return;
        }
        Consumed success = firstSuccess(laterHere);
        Long acked = firstAckNanos(laterHere);
        for (Story before : earlier) {
            if (!standsBefore(before, later)) {
                continue;
            }
            Story.InGroup here = before.groups().get(group);
            Consumed first = here == null ? null : firstSuccess(here);
            if (success != null && (first == null || first.atNanos() > success.atNanos())) {
                report.accept("consumed before " + before.key() + ", which "
                        + (first == null ? "never was: " : "was at " + first.atNanos() + ": ") + success);
                return;
            }
            Delivered back = here == null || acked == null ? null : deliveredAfter(here, acked);
            if (back != null) {
                report.accept("acknowledged at " + acked + ", and then came one before it: " + back);
                return;
            }
        }
    }

    private static boolean standsBefore(Story before, Story later) {
        Event.SendOk ok = before.ok();
        Event.SendInvoked invoked = later.invoked();
        return ok != null && invoked != null && ok.atNanos() <= invoked.atNanos();
    }

    /** Events of a story are in order of time. */
    private static @Nullable Consumed firstSuccess(Story.InGroup inGroup) {
        return inGroup.consumed.isEmpty() ? null : inGroup.consumed.get(0);
    }

    private static @Nullable Long firstAckNanos(Story.InGroup inGroup) {
        List<AckOk> acks = inGroup.acks;
        return acks.isEmpty() ? null : (Long) acks.get(0).atNanos();
    }

    private static @Nullable Delivered deliveredAfter(Story.InGroup inGroup, long nanos) {
        return inGroup.deliveries.stream()
                .filter(delivered -> delivered.atNanos() > nanos)
                .findFirst()
                .orElse(null);
    }
}
