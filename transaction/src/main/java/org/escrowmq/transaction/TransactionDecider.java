package org.escrowmq.transaction;

import java.time.Instant;
import java.util.List;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/** Decides commands on one transaction as it stands. A pure function of its arguments; the caller applies the events. */
public final class TransactionDecider {
    private final CheckPolicy policy;
    private final long upSinceEpochMillis;

    /** Decides by this policy. {@code upSinceEpochMillis}: since when answers can be taken in; before, the server was down. */
    public TransactionDecider(CheckPolicy policy, long upSinceEpochMillis) {
        this.policy = policy;
        this.upSinceEpochMillis = upSinceEpochMillis;
    }

    /** When the message that is stored now is asked about first. {@code ownMillis}: the immunity that it brings, or null. */
    public long firstCheck(long nowEpochMillis, @Nullable Long ownMillis) {
        return policy.firstCheck(nowEpochMillis, ownMillis);
    }

    /** What comes of the command at this time. */
    public TransactionDecision decide(Transaction now, TransactionCommand command, long epochMillis) {
        if (command instanceof TransactionCommand.Resolve resolve) return resolve(now, resolve, epochMillis);
        if (command instanceof TransactionCommand.Checked checked) return checked(now, checked, epochMillis);
        if (command instanceof TransactionCommand.Park park) return park(now, park, epochMillis);
        if (command instanceof TransactionCommand.Unpark unpark) return unpark(now, unpark, epochMillis);
        return checkNow(now, (TransactionCommand.CheckNow) command, epochMillis);
    }

    private static TransactionDecision resolve(Transaction now, TransactionCommand.Resolve command, long epochMillis) {
        Resolution wanted = command.resolution();
        if (now.state() == wanted.leadsTo()) return nothing();
        if (now.state().isDecided()) return refused(now, "is decided: " + stands(now) + "; it stays so");
        if (now.state() == TransactionState.PARKED && command.source() != Source.OPERATOR) {
            Transaction.Answer answer = new Transaction.Answer(wanted, epochMillis, command.by());
            return new TransactionDecision(
                    List.of(new TransactionEvent.AnsweredLate(now.number(), answer)),
                    refusal(
                            now,
                            "is PARKED since " + at(now.since().epochMillis())
                                    + "; the answer is kept for the operator, who decides (escrow txn show)"));
        }
        Transaction.Change change = new Transaction.Change(epochMillis, command.source(), command.by(), null);
        return done(new TransactionEvent.Resolved(now.number(), wanted, change));
    }

    private TransactionDecision checked(Transaction now, TransactionCommand.Checked command, long epochMillis) {
        if (now.state() != TransactionState.OPEN) return nothing();
        int checks = now.checks() > 0 && !askedSinceUp(now) ? now.checks() : now.checks() + 1;
        return done(new TransactionEvent.Checked(
                now.number(), command.client(), checks, epochMillis + policy.intervalMillis()));
    }

    /** Whether the last check was made by this server; the answer to one that was made before may have met nobody, so it does not count. */
    private boolean askedSinceUp(Transaction now) {
        return now.nextCheckEpochMillis() - policy.intervalMillis() >= upSinceEpochMillis;
    }

    private static TransactionDecision park(Transaction now, TransactionCommand.Park command, long epochMillis) {
        if (now.state() == TransactionState.PARKED) return nothing();
        if (now.state().isDecided()) return refused(now, "is decided: " + stands(now));
        return done(new TransactionEvent.Parked(
                now.number(), new Transaction.Change(epochMillis, command.source(), command.by(), null)));
    }

    private TransactionDecision unpark(Transaction now, TransactionCommand.Unpark command, long epochMillis) {
        if (now.state() == TransactionState.OPEN) return nothing();
        if (now.state().isDecided()) return refused(now, "is decided: " + stands(now));
        return done(new TransactionEvent.Unparked(
                now.number(), new Transaction.Change(epochMillis, Source.OPERATOR, command.by(), null), epochMillis));
    }

    private static TransactionDecision checkNow(
            Transaction now, TransactionCommand.CheckNow command, long epochMillis) {
        if (now.state() != TransactionState.OPEN) {
            return refused(now, "is not open: " + stands(now) + "; unpark a parked one first");
        }
        return done(new TransactionEvent.CheckMoved(now.number(), command.by(), epochMillis));
    }

    /**
     * Whether it is to be parked at this time: all checks were made and the last one had its interval, or it is open for too long. A server
     * that was down may have missed the answer to the last one, so it asks once more.
     */
    public boolean endsNow(Transaction now, long epochMillis) {
        if (now.state() != TransactionState.OPEN) return false;
        boolean intervalPassed = now.nextCheckEpochMillis() <= epochMillis;
        boolean usedUp = now.checks() >= policy.checksMax() && intervalPassed && askedSinceUp(now);
        return usedUp || now.parkedAtEpochMillis(policy) <= epochMillis;
    }

    private static String stands(Transaction now) {
        return now.state() + " at " + at(now.since().epochMillis()) + " by " + who(now.since());
    }

    private static String who(Transaction.Change change) {
        return switch (change.source()) {
            case CLIENT -> "its producer";
            case CHECK -> "the answer to a check";
            case OPERATOR -> "an operator";
            case SERVER -> "the server";
        };
    }

    private static String at(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    private static TransactionDecision done(TransactionEvent event) {
        return new TransactionDecision(List.of(event), new TransactionReply.Ok());
    }

    private static TransactionDecision nothing() {
        return new TransactionDecision(List.of(), new TransactionReply.Ok());
    }

    private static TransactionDecision refused(Transaction now, String why) {
        return new TransactionDecision(List.of(), refusal(now, why));
    }

    private static TransactionReply refusal(Transaction now, String why) {
        return new TransactionReply.Refused(new Refusal(
                RefusalCode.INVALID_TRANSACTION_ID, "the transaction of message " + now.messageId() + " " + why));
    }
}
