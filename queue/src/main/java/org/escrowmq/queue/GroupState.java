package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * What one group has done with a queue. Messages at or above the cursor were never offered; those below it are outstanding (a
 * {@link Lease} each) or done, and done ones leave no trace.
 *
 * <pre>
 *   first        progress           cursor        next
 *     | done ...    | outstanding, done |  not offered |
 *
 *   not offered --deliver--> leased --acknowledge--> done
 *        |                   |    ^---- deliver, change (new number)
 *        |                   +--its time comes--> visible --deliver--> leased
 *        +--passed over--> visible --skip--> done
 *        +--skip--> done              any --trim--> done, counted as expired
 *                                     any --reset--> not offered from the new cursor on, done below it
 * </pre>
 */
final class GroupState {
    final GroupName name;
    final int number;
    final LeaseTable leases = new LeaseTable();
    private final RenewingClients clients;
    private long cursor;
    private long nextDeliveryNumber;
    private long expiredUndelivered;

    GroupState(
            GroupName name,
            int number,
            RenewingClients clients,
            long cursor,
            long nextDeliveryNumber,
            long expiredUndelivered) {
        this.name = name;
        this.number = number;
        this.clients = clients;
        this.cursor = cursor;
        this.nextDeliveryNumber = nextDeliveryNumber;
        this.expiredUndelivered = expiredUndelivered;
    }

    long cursor() {
        return cursor;
    }

    long nextDeliveryNumber() {
        return nextDeliveryNumber;
    }

    long expiredUndelivered() {
        return expiredUndelivered;
    }

    @Nullable
    Lease lease(long offset) {
        return leases.find(offset);
    }

    /** Whether the offset may be delivered or skipped now. */
    boolean available(long offset, long next, long nowMillis) {
        if (offset >= cursor) return offset < next;
        Lease lease = leases.find(offset);
        return lease != null && lease.visible(nowMillis);
    }

    boolean hasCandidates(long next, int inFlightMax, long nowMillis) {
        return leases.anyVisible(nowMillis) || (cursor < next && leases.size() < inFlightMax);
    }

    List<QueueState.Candidate> candidates(int max, long next, int inFlightMax, long nowMillis) {
        List<QueueState.Candidate> found = new ArrayList<>();
        leases.firstVisible(
                max,
                nowMillis,
                lease -> found.add(new QueueState.Candidate(new Offset(lease.offset), lease.nextAttempt())));
        long room = Math.min(max - found.size(), (long) inFlightMax - leases.size());
        long end = Math.min(next, cursor + Math.max(0, room));
        for (long offset = cursor; offset < end; offset++) found.add(new QueueState.Candidate(new Offset(offset), 1));
        return found;
    }

    QueueState.GroupView view(long next, long nowMillis) {
        WaitingCount waiting = new WaitingCount(nowMillis);
        leases.forEach(waiting);
        return new QueueState.GroupView(
                name,
                progress(),
                next - cursor + leases.size(),
                leases.size() - waiting.count,
                waiting.count,
                expiredUndelivered);
    }

    /** Everything below is done. */
    Offset progress() {
        Lease lowest = leases.lowest();
        return new Offset(lowest == null ? cursor : lowest.offset);
    }

    /** Whether nothing is outstanding and the group goes on at this offset. */
    boolean isAt(long offset) {
        return cursor == offset && leases.size() == 0;
    }

    void deliver(QueueEvent.Delivered event, long nowMillis) {
        long visibleAtMillis = timeAfter(nowMillis, event.leaseMillis());
        long deliveryNumber = event.firstDeliveryNumber();
        for (Offset offset : event.taken()) {
            Lease lease = outstanding(offset.value(), visibleAtMillis, nowMillis);
            lease.attempt = lease.nextAttempt();
            lease.deliveryNumber = deliveryNumber++;
            lease.counted = true;
            lease.handedBack = false;
            if (event.autoRenew()) clients.hold(lease, event.clientId());
            else clients.letGo(lease);
        }
        nextDeliveryNumber = deliveryNumber;
        for (Offset offset : event.skipped()) skip(offset.value(), nowMillis);
    }

    void acknowledge(long offset) {
        finish(existing(offset));
    }

    void changeInvisible(QueueEvent.InvisibleChanged event, long nowMillis) {
        Lease lease = existing(event.offset().value());
        // A push consumer's lease (auto-renewed) is changed to hand the message back; a simple consumer's to go on with
        // it.
        lease.handedBack |= lease.renewedBy != null || !event.countsAsAttempt();
        clients.letGo(lease);
        lease.deliveryNumber = event.deliveryNumber();
        lease.counted = event.countsAsAttempt();
        leases.reschedule(lease, timeAfter(nowMillis, event.invisibleMillis()));
        nextDeliveryNumber = event.deliveryNumber() + 1;
    }

    void releaseClient(String clientId, long delayMillis, long nowMillis) {
        List<Lease> held = new ArrayList<>();
        leases.forEach(lease -> {
            if (lease.renewedBy != null && lease.renewedBy.id.equals(clientId)) held.add(lease);
        });
        long visibleAtMillis = timeAfter(nowMillis, delayMillis);
        for (Lease lease : held) {
            clients.letGo(lease);
            lease.handedBack = true;
            leases.reschedule(lease, Math.min(lease.visibleAtMillis, visibleAtMillis));
        }
    }

    void trim(long first) {
        for (Lease lowest = leases.lowest(); lowest != null && lowest.offset < first; lowest = leases.lowest()) {
            finish(lowest);
            expiredUndelivered++;
        }
        if (cursor >= first) return;
        expiredUndelivered += first - cursor;
        cursor = first;
    }

    /** Delivery numbers go on, so that no handle of before fits a delivery of after. */
    void reset(long at) {
        close();
        cursor = at;
    }

    /** Drops every lease, when the group is forgotten. */
    void close() {
        for (Lease lowest = leases.lowest(); lowest != null; lowest = leases.lowest()) finish(lowest);
    }

    /** A sum that stays at Long.MAX_VALUE instead of wrapping. */
    static long timeAfter(long nowMillis, long durationMillis) {
        long time = nowMillis + durationMillis;
        return durationMillis >= 0 && time < nowMillis ? Long.MAX_VALUE : time;
    }

    private void skip(long offset, long nowMillis) {
        if (offset < cursor) {
            finish(existing(offset));
            return;
        }
        passOverTo(offset, nowMillis);
        cursor = offset + 1;
    }

    /** The lease of an offset that is delivered: the one it has, at its new time, or its first. */
    private Lease outstanding(long offset, long visibleAtMillis, long nowMillis) {
        if (offset < cursor) {
            Lease lease = existing(offset);
            leases.reschedule(lease, visibleAtMillis);
            return lease;
        }
        passOverTo(offset, nowMillis);
        cursor = offset + 1;
        return leases.add(new Lease(offset, visibleAtMillis));
    }

    /** What a delivery leaves out on its way to later messages stays available, as a lease that is visible at once. */
    private void passOverTo(long offset, long nowMillis) {
        while (cursor < offset) leases.add(new Lease(cursor++, nowMillis));
    }

    private void finish(Lease lease) {
        clients.letGo(lease);
        leases.remove(lease);
    }

    private Lease existing(long offset) {
        Lease lease = leases.find(offset);
        if (lease == null) throw new IllegalStateException("group " + name + " has nothing outstanding at " + offset);
        return lease;
    }

    /** Counts what is not held by a consumer now. */
    private static final class WaitingCount implements Consumer<Lease> {
        private final long nowMillis;
        private long count;

        WaitingCount(long nowMillis) {
            this.nowMillis = nowMillis;
        }

        @Override
        public void accept(Lease lease) {
            if (lease.handedBack || lease.visible(nowMillis)) count++;
        }
    }
}
