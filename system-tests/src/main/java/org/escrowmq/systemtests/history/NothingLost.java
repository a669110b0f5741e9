package org.escrowmq.systemtests.history;

import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.SendOk;

/** I1: in a drained run, each acknowledged message reached each group, and one consumer of each was done with it. */
final class NothingLost implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        if (!limits.drained()) {
            return;
        }
        for (Story story : history.stories()) {
            SendOk ok = story.ok();
            for (String group : limits.groups()) {
                Story.InGroup inGroup = story.groups().get(group);
                boolean delivered = inGroup != null && !inGroup.deliveries.isEmpty();
                if (ok != null && !delivered) {
                    violations.accept(new Violation(
                            Invariant.I1_NOTHING_LOST,
                            story.key(),
                            "acknowledged as " + ok.messageId() + ", never delivered to " + group));
                } else if (inGroup != null && delivered && inGroup.acksInvoked.isEmpty()) {
                    violations.accept(new Violation(
                            Invariant.I1_NOTHING_LOST,
                            story.key(),
                            "given back or left by " + group + " and never delivered again: " + inGroup.deliveries));
                }
            }
        }
    }
}
