package org.escrowmq.queue;

import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/**
 * A message on its way from this queue to another: durably intended, and not known to be there yet.
 *
 * @param group the group that is done with the message here once it is there
 * @param number a delivery number of the group, never used again; with the queue and the group's number it names the move
 */
public record Move(GroupName group, int groupNumber, Offset offset, long number, Destination destination) {
    /** Where messages are moved to. {@code code} is its number on disk and never changes. */
    public enum Destination {
        /** The dead-letter topic of the group. */
        DEAD_LETTERS(0),
        /** The topic where a dead letter comes from. */
        ORIGIN(1);

        private final int code;

        Destination(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
