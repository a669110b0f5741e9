package org.escrowmq.systemtests.history;

import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.SendInvoked;

/** I2: what is delivered was sent before, and not refused. */
final class NothingInvented implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        for (Story story : history.stories()) {
            SendInvoked invoked = story.invoked();
            for (Story.InGroup inGroup : story.groups().values()) {
                for (Delivered delivered : inGroup.deliveries) {
                    if (invoked == null) {
                        report(story, "never sent, but " + delivered, violations);
                    } else if (delivered.atNanos() < invoked.atNanos()) {
                        report(story, "delivered before it was sent: " + delivered, violations);
                    } else if (story.failed() != null) {
                        report(story, "refused, but " + delivered, violations);
                    }
                }
            }
        }
    }

    private static void report(Story story, String seen, Consumer<Violation> violations) {
        violations.accept(new Violation(Invariant.I2_NOTHING_INVENTED, story.key(), seen));
    }
}
