package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * What an ordered group gets at one moment. A message is taken when all outstanding ones of its message group before it are taken or
 * skipped in the same plan; another is passed over: it becomes outstanding, blocked behind them, so that the messages after it can be
 * reached. Nothing behind the message that found no room is looked at.
 */
final class InOrderPlan {
    final List<QueueCommand.Looked> taken = new ArrayList<>();
    final List<Offset> skipped = new ArrayList<>();
    final List<QueueCommand.Looked> passed = new ArrayList<>();
    private final GroupState group;
    private final QueueCommand.DeliverInOrder command;
    private final Set<Long> handled = new HashSet<>();
    private final Set<Long> passedGroups = new HashSet<>();
    private long bytes;
    private boolean full;

    private InOrderPlan(GroupState group, QueueCommand.DeliverInOrder command) {
        this.group = group;
        this.command = command;
    }

    static InOrderPlan of(
            GroupState group, QueueCommand.DeliverInOrder command, long next, int inFlightMax, long nowMillis) {
        InOrderPlan plan = new InOrderPlan(group, command);
        for (QueueCommand.Looked message : command.again()) plan.again(message, nowMillis);
        if (!plan.repeats(nowMillis)) plan.fresh(next, (long) inFlightMax - group.leases.size());
        return plan;
    }

    boolean isEmpty() {
        return taken.isEmpty() && skipped.isEmpty() && passed.isEmpty();
    }

    /** Whether the receive is one that was answered before: it gets the same messages, and no attempt more. */
    boolean repeats(long nowMillis) {
        return command.attempt() != 0
                && !command.again().isEmpty()
                && isOfAttempt(command.again().get(0), nowMillis);
    }

    private boolean isOfAttempt(QueueCommand.Looked message, long nowMillis) {
        Lease lease = group.lease(message.offset().value());
        return lease != null && lease.attemptHash == command.attempt() && !lease.over(nowMillis);
    }

    private void again(QueueCommand.Looked message, long nowMillis) {
        Lease lease = group.lease(message.offset().value());
        if (full || lease == null) return;
        boolean mayGo = isOfAttempt(message, nowMillis) || (lease.over(nowMillis) && isFirst(lease));
        if (mayGo) handle(message);
    }

    /** Whether everything before it in its message group is handled by this plan. */
    private boolean isFirst(Lease lease) {
        for (Lease before = lease.before; before != null; before = before.before) {
            if (!handled.contains(before.offset)) return false;
        }
        return true;
    }

    private void fresh(long next, long roomAtFirst) {
        long room = roomAtFirst;
        long expected = group.cursor();
        for (QueueCommand.Looked message : command.fresh()) {
            if (full || message.offset().value() != expected || expected >= next) return;
            expected++;
            if (message.wanted() && --room < 0) return;
            if (message.wanted() && isLocked(message.groupHash())) {
                passed.add(message);
                passedGroups.add(message.groupHash());
            } else {
                handle(message);
            }
        }
    }

    private boolean isLocked(long groupHash) {
        if (passedGroups.contains(groupHash)) return true;
        @Nullable Lease last = group.leases.lastOf(groupHash);
        return last != null && !(handled.contains(last.offset) && isFirst(last));
    }

    private void handle(QueueCommand.Looked message) {
        if (!message.wanted()) {
            skipped.add(message.offset());
        } else if (taken.size() >= command.messagesMax()
                || (!taken.isEmpty() && bytes + message.bytes() > command.bytesMax())) {
            full = true;
            return;
        } else {
            taken.add(message);
            bytes += message.bytes();
        }
        handled.add(message.offset().value());
    }

    /** The leases that the plan gives, in its order. */
    List<QueueReply.Leased> leases(boolean repeated) {
        List<QueueReply.Leased> leases = new ArrayList<>(taken.size());
        long deliveryNumber = group.nextDeliveryNumber();
        for (QueueCommand.Looked message : taken) {
            Lease lease = group.lease(message.offset().value());
            int attempt = lease == null ? 1 : repeated ? lease.attempt : lease.nextAttempt();
            leases.add(new QueueReply.Leased(message.offset(), attempt, deliveryNumber++));
        }
        return leases;
    }
}
