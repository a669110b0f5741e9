package org.escrowmq.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The outstanding messages of one group: found by offset in O(1), first by time and first by offset in O(1), changed in
 * O(log n).
 */
final class LeaseTable {
    private final LeaseIndex index = new LeaseIndex();
    private final LeaseHeap byTime = new LeaseHeap.ByTime();
    private final LeaseHeap byOffset = new LeaseHeap.ByOffset();
    private final MessageGroups byMessageGroup = new MessageGroups();

    int size() {
        return byTime.size();
    }

    @Nullable
    Lease find(long offset) {
        return index.find(offset);
    }

    @Nullable
    Lease lowest() {
        return byOffset.top();
    }

    Lease add(Lease lease) {
        index.add(lease);
        byMessageGroup.add(lease);
        byTime.add(lease);
        byOffset.add(lease);
        return lease;
    }

    void remove(Lease lease) {
        index.remove(lease);
        byTime.remove(lease);
        byOffset.remove(lease);
        Lease unblocked = byMessageGroup.remove(lease);
        if (unblocked != null) byTime.moved(unblocked);
    }

    /** Its message is being moved: it is never offered again, and the next one of its message group comes first. */
    void move(Lease lease, Move.Destination destination) {
        Lease unblocked = byMessageGroup.remove(lease);
        if (unblocked != null) byTime.moved(unblocked);
        lease.destination = destination;
        reschedule(lease, Long.MAX_VALUE);
    }

    /** The last outstanding message of a message group; null when it has none. */
    @Nullable
    Lease lastOf(long groupHash) {
        return byMessageGroup.last(groupHash);
    }

    void reschedule(Lease lease, long visibleAtMillis) {
        lease.visibleAtMillis = visibleAtMillis;
        byTime.moved(lease);
    }

    boolean anyVisible(long nowMillis) {
        Lease earliest = byTime.top();
        return earliest != null && earliest.visible(nowMillis);
    }

    /** Long.MAX_VALUE for never. */
    long earliestMillis() {
        Lease earliest = byTime.top();
        return earliest == null ? Long.MAX_VALUE : earliest.offeredAtMillis();
    }

    /** The earliest time that is still to come; Long.MAX_VALUE for never. */
    long earliestMillisAfter(long nowMillis) {
        return byTime.firstTimeAfter(nowMillis, 0);
    }

    /** Shows up to {@code max} leases whose time has come, in order of time, then of offset. */
    void firstVisible(int max, long nowMillis, Consumer<Lease> reader) {
        byTime.firstVisible(max, nowMillis, reader);
    }

    void forEach(Consumer<Lease> reader) {
        byOffset.forEach(reader);
    }
}
