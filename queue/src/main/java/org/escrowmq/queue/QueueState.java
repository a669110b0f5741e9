package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/**
 * The state of one queue. Owned by one thread. {@code nowMillis} is a monotonic clock of the owner, of any origin: leases
 * are durations, so replaying an event gives its lease the full duration from the time of the replay.
 */
public final class QueueState {
    /** A message that a group may be given now. {@code attempt} is the one that a delivery would have. */
    public record Candidate(Offset offset, int attempt) {}

    /** Figures of one group. */
    public record GroupView(GroupName group, Offset progress, long lag, long inFlight, long waiting) {}

    /** An empty queue. */
    public QueueState(QueueSettings settings) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The state that {@link #snapshot} wrote; leases run anew from {@code nowMillis}. */
    public static QueueState restore(QueueSettings settings, ByteBuffer snapshot, long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The state in its stored form (docs/formats/queue-snapshot.md). */
    public ByteBuffer snapshot(long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** What a command leads to. Changes nothing. */
    public Decision decide(QueueCommand command, long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Changes the state by an event that was decided on it. Never refuses. */
    public void apply(QueueEvent event, long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Up to {@code max} messages that the group may be given now: those whose time came first, then new ones in order. */
    public List<Candidate> candidates(GroupName group, int max, long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Whether {@link #candidates} would find something; cheap. */
    public boolean hasCandidates(GroupName group, long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The earliest time at which a leased or waiting message of any group becomes visible; Long.MAX_VALUE for never. */
    public long nextVisibleMillis() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Whether the group is open here. */
    public boolean hasGroup(GroupName group) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The clients that hold auto-renewed leases. */
    public List<String> renewingClients() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The oldest stored offset. */
    public Offset first() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The offset of the next message. */
    public Offset next() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Figures of all groups, by name. */
    public List<GroupView> groups(long nowMillis) {
        throw new UnsupportedOperationException("skeleton");
    }
}
