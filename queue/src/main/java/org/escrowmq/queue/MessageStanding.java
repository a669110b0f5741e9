package org.escrowmq.queue;

import org.escrowmq.model.GroupName;

/**
 * How one group stands to one message at a moment.
 *
 * @param groupNumber the group's number in events
 * @param attempt of the latest delivery; 0 before the first, and where the group is done with the message
 * @param forMillis how long the lease or the wait goes on; 0 where nothing but a receive is waited for
 */
public record MessageStanding(GroupName group, int groupNumber, Kind kind, int attempt, long forMillis) {
    /** How a group may stand to a message. */
    public enum Kind {
        /** The group has not come to it. */
        NOT_OFFERED,
        /** A consumer holds it. */
        LEASED,
        /** It will be, or is, offered again. */
        WAITING,
        /** It comes after an outstanding message of its message group. */
        BLOCKED,
        /** It is on its way to another queue: the dead letters, or back from them. */
        MOVING,
        /** Acknowledged, left out by a filter, or passed by a reset; also what lay before the group's start. */
        DONE
    }
}
