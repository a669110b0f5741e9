package org.escrowmq.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;

/**
 * The messages that groups gave up: looked at, and sent back to the topics where they come from. Nothing here blocks; stages complete
 * on an actor's thread. NOT_FOUND for a group that never gave a message up.
 */
public interface DeadLetters {
    /** What has become of a dead letter. */
    enum State {
        /** It waits here. */
        WAITING,
        /** It is durably decided that it goes back, and not known yet that it is there. */
        MOVING,
        /** It is back in its topic; the copy here stays until its retention is over. */
        REDRIVEN
    }

    /** A dead letter. Its message says where it comes from. */
    record Letter(StoredMessage stored, State state) {}

    /** Letters from one offset on; {@code next} is where to go on, {@code end} where there are none yet. */
    record Page(List<Letter> letters, Offset next, Offset end) {}

    /**
     * What one step of a redrive did.
     *
     * @param matched waiting letters that were looked at and that the filter wants
     * @param sent those that are on their way back from now on; none where nothing was to be done
     * @param stranded those whose topic does not exist
     * @param next where to go on; at a letter that fits where there is no room for it in flight now
     * @param end where there are no letters yet
     */
    record Step(int matched, int sent, int stranded, Offset next, Offset end) {}

    /** The letters of a group from an offset on, at most {@code max} (1 to 32) that the filter wants. */
    CompletionStage<Outcome<Page>> list(GroupName group, Offset from, MessageFilter filter, int max);

    /**
     * Sends letters from an offset on back, at most {@code max} (1 to 32) that the filter wants; done when it is durably decided. Each
     * goes back once, however often it is asked for: a step that failed is repeated from the same offset.
     *
     * @param dryRun look, and send nothing
     */
    CompletionStage<Outcome<Step>> redrive(GroupName group, Offset from, MessageFilter filter, int max, boolean dryRun);
}
