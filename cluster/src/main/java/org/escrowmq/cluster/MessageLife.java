package org.escrowmq.cluster;

import java.time.Duration;
import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/**
 * What the journal of its queue tells of one message. The journal keeps what happened to a message for as long as the message itself is
 * stored, and for a while after that.
 *
 * @param events in order
 * @param standings how each group stands to it now
 * @param reading how much of the journal was read for it
 */
public record MessageLife(int queue, Offset offset, List<Moment> events, List<Standing> standings, Reading reading) {
    /**
     * An event and when it was written.
     *
     * @param epochMillis the server's clock
     * @param entry the number of the journal entry that holds it; events of one entry were decided together, in this order
     */
    public record Moment(long epochMillis, long entry, MessageEvent event) {}

    /**
     * How a group stands to the message at the moment of the question.
     *
     * @param attempt of the latest delivery; 0 where there was none, or the group is done with the message
     * @param lasting how long the lease or the wait goes on
     */
    public record Standing(GroupName group, State state, int attempt, Duration lasting) {}

    /** How a group may stand to a message. */
    public enum State {
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

    /**
     * How much of the journal was read.
     *
     * @param entries how many of its entries
     * @param sinceEpochMillis when the first one was written; nothing before is known. 0 without any
     * @param untilEpochMillis when the last one was written; 0 without any
     * @param fromTheStart whether the message's own beginning was among them, so that nothing before is missing
     * @param toTheEnd whether everything up to now was read; else a limit ended it
     */
    public record Reading(
            long entries, long sinceEpochMillis, long untilEpochMillis, boolean fromTheStart, boolean toTheEnd) {}

    /**
     * What reading may take.
     *
     * @param entriesMax entries of the journal
     * @param eventsMax events of the message
     * @param within the time for it
     */
    public record Limits(long entriesMax, int eventsMax, Duration within) {
        /** Rejects what would read nothing. */
        public Limits {
            if (entriesMax < 1 || eventsMax < 1 || within.isNegative()) {
                throw new IllegalArgumentException(
                        "limits are at least 1, got " + entriesMax + ", " + eventsMax + ", " + within);
            }
        }
    }
}
