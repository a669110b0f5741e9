package org.escrowmq.queue;

import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/** What commands lead to at one moment. Reads the state and changes nothing. */
final class Decider implements QueueCommand.Cases<Decision> {
    private static final QueueReply OK = new QueueReply.Ok();

    private final QueueState state;
    private final QueueSettings settings;
    private final long nowMillis;

    Decider(QueueState state, QueueSettings settings, long nowMillis) {
        this.state = state;
        this.settings = settings;
        this.nowMillis = nowMillis;
    }

    @Override
    public Decision append(QueueCommand.Append command) {
        QueueReply reply = new QueueReply.Appended(state.next());
        if (command.messages().isEmpty()) return nothing(reply);
        return one(new QueueEvent.Appended(state.next(), command.messages(), command.storedEpochMillis()), reply);
    }

    @Override
    public Decision startGroup(QueueCommand.StartGroup command) {
        if (state.hasGroup(command.group())) return nothing(OK);
        Offset at = command.atFirst() ? state.first() : state.next();
        return one(new QueueEvent.GroupStarted(command.group(), state.nextGroupNumber(), at), OK);
    }

    @Override
    public Decision deleteGroup(QueueCommand.DeleteGroup command) {
        GroupState group = state.group(command.group());
        return group == null ? nothing(OK) : one(new QueueEvent.GroupDeleted(group.number), OK);
    }

    @Override
    public Decision deliver(QueueCommand.Deliver command) {
        GroupState group = state.group(command.group());
        if (group == null) {
            return refused(RefusalCode.GROUP_NOT_FOUND, notOpen(command.group()));
        }
        DeliveryPlan plan =
                DeliveryPlan.of(group, command, state.next().value(), group.inFlightMax(settings), nowMillis);
        QueueReply reply = new QueueReply.Delivered(plan.leases(group));
        if (plan.isEmpty()) return nothing(reply);
        QueueEvent event = new QueueEvent.Delivered(
                group.number,
                plan.taken(),
                plan.skipped(),
                group.nextDeliveryNumber(),
                command.autoRenew() ? settings.autoRenewMaxMillis() : command.leaseMillis(),
                command.autoRenew(),
                command.clientId());
        return one(event, reply);
    }

    @Override
    public Decision deliverInOrder(QueueCommand.DeliverInOrder command) {
        GroupState group = state.group(command.group());
        if (group == null) {
            return refused(RefusalCode.GROUP_NOT_FOUND, notOpen(command.group()));
        }
        InOrderPlan plan = InOrderPlan.of(group, command, state.next().value(), group.inFlightMax(settings), nowMillis);
        boolean repeats = plan.repeats(nowMillis);
        QueueReply reply = new QueueReply.Delivered(plan.leases(repeats));
        if (plan.isEmpty()) return nothing(reply);
        QueueEvent event = new QueueEvent.DeliveredInOrder(
                group.number,
                QueueCommand.Grouped.of(plan.taken),
                plan.skipped,
                QueueCommand.Grouped.of(plan.passed),
                group.nextDeliveryNumber(),
                command.autoRenew() ? settings.autoRenewMaxMillis() : command.leaseMillis(),
                command.autoRenew(),
                command.clientId(),
                command.attempt(),
                repeats);
        return one(event, reply);
    }

    @Override
    public Decision acknowledge(QueueCommand.Acknowledge command) {
        GroupState group = state.group(command.group());
        if (group == null) return invalid(notOpen(command.group()));
        long offset = command.offset().value();
        Lease lease = group.lease(offset);
        if (lease == null && offset < group.cursor()) return nothing(OK);
        String flaw = flaw(lease, offset, command.deliveryNumber());
        if (flaw != null) return invalid(flaw);
        return one(new QueueEvent.Acknowledged(group.number, command.offset()), OK);
    }

    @Override
    public Decision changeInvisible(QueueCommand.ChangeInvisible command) {
        GroupState group = state.group(command.group());
        if (group == null) return invalid(notOpen(command.group()));
        long offset = command.offset().value();
        Lease lease = group.lease(offset);
        if (lease == null && offset < group.cursor()) {
            return invalid("the message at offset " + offset + " is acknowledged already, or expired");
        }
        String flaw = flaw(lease, offset, command.deliveryNumber());
        if (flaw != null) return invalid(flaw);
        long deliveryNumber = group.nextDeliveryNumber();
        QueueEvent event = new QueueEvent.InvisibleChanged(
                group.number, command.offset(), deliveryNumber, command.invisibleMillis(), command.countsAsAttempt());
        return one(event, new QueueReply.InvisibleChanged(deliveryNumber));
    }

    @Override
    public Decision releaseClient(QueueCommand.ReleaseClient command) {
        if (!state.renews(command.clientId())) return nothing(OK);
        return one(
                new QueueEvent.ClientReleased(
                        command.clientId(), Math.max(settings.releaseDelayMillis(), command.graceMillis())),
                OK);
    }

    @Override
    public Decision trim(QueueCommand.Trim command) {
        Offset first = command.first().compareTo(state.next()) > 0 ? state.next() : command.first();
        if (first.compareTo(state.first()) <= 0) return nothing(OK);
        return one(new QueueEvent.Trimmed(first), OK);
    }

    @Override
    public Decision resetGroup(QueueCommand.ResetGroup command) {
        GroupState group = state.group(command.group());
        if (group == null) return refused(RefusalCode.GROUP_NOT_FOUND, notOpen(command.group()));
        Offset to = command.to().compareTo(state.first()) < 0 ? state.first() : command.to();
        if (to.compareTo(state.next()) > 0) {
            return refused(
                    RefusalCode.ILLEGAL_OFFSET,
                    "the queue ends at offset " + state.next().value() + ", got " + to.value());
        }
        if (group.isAt(to.value())) return nothing(OK);
        return one(new QueueEvent.GroupReset(group.number, to), OK);
    }

    @Override
    public Decision bury(QueueCommand.Bury command) {
        return moves().bury(command);
    }

    @Override
    public Decision deadLetter(QueueCommand.DeadLetter command) {
        return moves().deadLetter(command);
    }

    @Override
    public Decision redrive(QueueCommand.Redrive command) {
        return moves().redrive(command);
    }

    @Override
    public Decision finishMove(QueueCommand.FinishMove command) {
        return moves().finish(command);
    }

    @Override
    public Decision giveUpMove(QueueCommand.GiveUpMove command) {
        return moves().giveUp(command);
    }

    @Override
    public Decision takeIn(QueueCommand.TakeIn command) {
        return moves().takeIn(command);
    }

    @Override
    public Decision forgetArrival(QueueCommand.ForgetArrival command) {
        return moves().forget(command);
    }

    private MoveDecider moves() {
        return new MoveDecider(state, settings, nowMillis);
    }

    /** Why a delivery number gives no right to a message; null when it does. */
    private @Nullable String flaw(@Nullable Lease lease, long offset, long deliveryNumber) {
        if (lease == null || lease.deliveryNumber == 0) {
            return "the message at offset " + offset + " has not been delivered to this group";
        }
        if (deliveryNumber < lease.deliveryNumber) {
            return "delivery " + deliveryNumber + " of the message at offset " + offset
                    + " is superseded by a newer delivery or change, " + lease.deliveryNumber;
        }
        if (deliveryNumber > lease.deliveryNumber) {
            return "the message at offset " + offset + " has no delivery " + deliveryNumber;
        }
        if (!lease.over(nowMillis)) return null;
        return "the lease of the message at offset " + offset + " expired " + (nowMillis - lease.visibleAtMillis)
                + " ms ago";
    }

    private static String notOpen(GroupName group) {
        return "group " + group + " is not open on this queue";
    }

    private static Decision invalid(String why) {
        RefusalCode code = RefusalCode.INVALID_RECEIPT_HANDLE;
        return refused(code, code + ": " + why);
    }

    private static Decision refused(RefusalCode code, String why) {
        return nothing(new QueueReply.Refused(new Refusal(code, why)));
    }

    private static Decision nothing(QueueReply reply) {
        return new Decision(List.of(), reply);
    }

    private static Decision one(QueueEvent event, QueueReply reply) {
        return new Decision(List.of(event), reply);
    }
}
