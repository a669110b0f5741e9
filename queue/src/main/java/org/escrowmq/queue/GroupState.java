package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.Comparator;
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
 *                        visible, leased --move intended--> moving --moved--> done
 *                                                           moving --given up--> visible
 * </pre>
 *
 * Where deliveries are in order, a message behind another one of its message group is outstanding but blocked ({@link MessageGroups}):
 * it is offered once it comes first.
 */
final class GroupState {
    final GroupName name;
    final int number;
    final LeaseTable leases = new LeaseTable();
    private final RenewingClients clients;
    private final NamedAttempts attempts = new NamedAttempts();
    private long cursor;
    private long nextDeliveryNumber;
    private long expiredUndelivered;
    private int moving;
    private int inFlightMax = Integer.MAX_VALUE;

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

    void limitInFlight(int max) {
        if (max < 1) throw new IllegalArgumentException("a group may have 1 message in flight or more, got " + max);
        inFlightMax = max;
    }

    int inFlightMax(QueueSettings settings) {
        return Math.min(inFlightMax, settings.inFlightMax());
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

    MessageStanding standing(long offset, long nowMillis) {
        Lease lease = leases.find(offset);
        if (lease == null) {
            MessageStanding.Kind kind = offset < cursor ? MessageStanding.Kind.DONE : MessageStanding.Kind.NOT_OFFERED;
            return new MessageStanding(name, number, kind, 0, 0);
        }
        if (lease.isMoving()) return new MessageStanding(name, number, MessageStanding.Kind.MOVING, lease.attempt, 0);
        boolean held = !lease.handedBack && !lease.over(nowMillis);
        MessageStanding.Kind kind = held
                ? MessageStanding.Kind.LEASED
                : lease.blocked ? MessageStanding.Kind.BLOCKED : MessageStanding.Kind.WAITING;
        return new MessageStanding(name, number, kind, lease.attempt, Math.max(0, lease.visibleAtMillis - nowMillis));
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

    void deliverInOrder(QueueEvent.DeliveredInOrder event, long nowMillis) {
        long visibleAtMillis = timeAfter(nowMillis, event.leaseMillis());
        long deliveryNumber = event.firstDeliveryNumber();
        addInOrder(event, nowMillis);
        for (QueueCommand.Grouped message : event.taken()) {
            Lease lease = existing(message.offset().value());
            leases.reschedule(lease, visibleAtMillis);
            if (!event.repeated()) lease.attempt = lease.nextAttempt();
            lease.deliveryNumber = deliveryNumber++;
            lease.counted = true;
            lease.handedBack = false;
            attempts.named(lease, event.attempt());
            if (event.autoRenew()) clients.hold(lease, event.clientId());
            else clients.letGo(lease);
        }
        nextDeliveryNumber = deliveryNumber;
        for (Offset offset : event.skipped()) finish(existing(offset.value()));
    }

    /** Makes the new messages of a delivery outstanding, in the order of their offsets, whatever becomes of them. */
    private void addInOrder(QueueEvent.DeliveredInOrder event, long nowMillis) {
        List<Lease> fresh = new ArrayList<>();
        for (QueueCommand.Grouped message : event.taken())
            fresh(message.offset(), message.groupHash(), nowMillis, fresh);
        for (QueueCommand.Grouped message : event.passed())
            fresh(message.offset(), message.groupHash(), nowMillis, fresh);
        for (Offset offset : event.skipped()) fresh(offset, 0, nowMillis, fresh);
        fresh.sort(Comparator.comparingLong(lease -> lease.offset));
        for (Lease lease : fresh) {
            if (lease.offset != cursor) throw new IllegalStateException("offset " + cursor + " was left out");
            cursor++;
            leases.add(lease);
        }
    }

    private void fresh(Offset offset, long groupHash, long nowMillis, List<Lease> into) {
        if (offset.value() >= cursor) into.add(new Lease(offset.value(), groupHash, nowMillis));
    }

    /**
     * What an ordered group may be given again: what the receive {@code attempt} got before, else the messages whose time has come and
     * that are first of their message group, each followed by those of its group that nobody holds either.
     */
    List<QueueState.Candidate> again(int max, long attempt, long nowMillis) {
        List<QueueState.Candidate> found = new ArrayList<>();
        if (attempts.holds(attempt)) {
            leases.forEach(lease -> {
                if (lease.attemptHash == attempt && !lease.over(nowMillis)) {
                    found.add(new QueueState.Candidate(new Offset(lease.offset), lease.attempt));
                }
            });
            found.sort(Comparator.comparing(QueueState.Candidate::offset));
            if (!found.isEmpty()) return found;
        }
        leases.firstVisible(max, nowMillis, first -> {
            Lease lease = first;
            while (lease != null && lease.over(nowMillis) && found.size() < max) {
                found.add(new QueueState.Candidate(new Offset(lease.offset), lease.nextAttempt()));
                lease = lease.after;
            }
        });
        return found;
    }

    /**
     * Of the {@code looked} messages whose time came first, those that were delivered {@code maxAttempts} times, each followed by those
     * of its message group of which the same is true; by offset.
     */
    List<Offset> exhausted(int maxAttempts, int looked, long nowMillis) {
        List<Offset> found = new ArrayList<>();
        leases.firstVisible(looked, nowMillis, first -> {
            Lease lease = first;
            while (lease != null && lease.over(nowMillis) && lease.nextAttempt() > maxAttempts) {
                found.add(new Offset(lease.offset));
                lease = lease.after;
            }
        });
        found.sort(Comparator.naturalOrder());
        return found;
    }

    /** Whether a message is outstanding that is not to be delivered again once its time has come. O(outstanding messages). */
    boolean endsAttempts(int maxAttempts) {
        boolean[] found = {false};
        leases.forEach(lease -> found[0] |= !lease.isMoving() && lease.nextAttempt() > maxAttempts);
        return found[0];
    }

    /** How many messages are on their way to another queue. */
    int moving() {
        return moving;
    }

    List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        leases.forEach(lease -> {
            if (lease.destination != null) {
                moves.add(new Move(name, number, new Offset(lease.offset), lease.deliveryNumber, lease.destination));
            }
        });
        moves.sort(Comparator.comparingLong(Move::number));
        return moves;
    }

    /** Whether a move is under way; else it is finished, given up, or gone with what the group held. */
    boolean has(Move move) {
        Lease lease = leases.find(move.offset().value());
        return lease != null && lease.isMoving() && lease.deliveryNumber == move.number();
    }

    void intendMove(QueueEvent.MoveIntended event, long nowMillis) {
        Lease lease = outstanding(event.offset().value(), Long.MAX_VALUE, nowMillis);
        clients.letGo(lease);
        attempts.named(lease, 0);
        lease.deliveryNumber = event.moveNumber();
        lease.handedBack = true;
        leases.move(lease, event.destination());
        nextDeliveryNumber = event.moveNumber() + 1;
        moving++;
    }

    void giveUpMove(long offset, long nowMillis) {
        Lease lease = existing(offset);
        if (lease.groupHash != 0) throw new IllegalStateException("offset " + offset + " has left its message group");
        lease.destination = null;
        lease.deliveryNumber = 0;
        moving--;
        leases.reschedule(lease, nowMillis);
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
        attempts.named(lease, 0);
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
            attempts.named(lease, 0);
            lease.handedBack = true;
            leases.reschedule(lease, Math.min(lease.visibleAtMillis, visibleAtMillis));
        }
    }

    /** Takes a lease that a snapshot holds; they come in the order of their offsets. */
    void resume(Lease lease, long attempt) {
        attempts.named(lease, attempt);
        leases.add(lease);
        if (lease.isMoving()) moving++;
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
        if (lease.isMoving()) moving--;
        clients.letGo(lease);
        attempts.named(lease, 0);
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
            if (lease.handedBack || lease.over(nowMillis)) count++;
        }
    }
}
