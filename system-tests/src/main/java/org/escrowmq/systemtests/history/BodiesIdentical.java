package org.escrowmq.systemtests.history;

import java.util.function.Consumer;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.SendInvoked;

/** I7: each delivery carries the body that was sent. */
final class BodiesIdentical implements Rule {
    @Override
    public void check(History history, Limits limits, Consumer<Violation> violations) {
        for (Story story : history.stories()) {
            SendInvoked invoked = story.invoked();
            if (invoked == null) {
                continue;
            }
            for (Story.InGroup inGroup : story.groups().values()) {
                for (Delivered delivered : inGroup.deliveries) {
                    if (delivered.bodyHash() != invoked.bodyHash()) {
                        violations.accept(new Violation(
                                Invariant.I7_BODIES_IDENTICAL,
                                story.key(),
                                "sent with body hash " + invoked.bodyHash() + ", " + delivered));
                    }
                }
            }
        }
    }
}
