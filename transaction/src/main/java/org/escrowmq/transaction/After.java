package org.escrowmq.transaction;

import org.jspecify.annotations.Nullable;

/** A transaction after an event. */
record After(Transaction before) implements TransactionEvent.Cases<Transaction> {
    @Override
    public Transaction stored(TransactionEvent.Stored event) {
        throw new IllegalStateException("transaction " + event.number() + " was stored before");
    }

    @Override
    public Transaction checked(TransactionEvent.Checked event) {
        return with(before.state(), before.since(), event.checks(), event.nextCheckEpochMillis(), before.late());
    }

    @Override
    public Transaction resolved(TransactionEvent.Resolved event) {
        return with(
                event.resolution().leadsTo(),
                event.change(),
                before.checks(),
                before.nextCheckEpochMillis(),
                before.late());
    }

    @Override
    public Transaction parked(TransactionEvent.Parked event) {
        return with(
                TransactionState.PARKED, event.change(), before.checks(), before.nextCheckEpochMillis(), before.late());
    }

    @Override
    public Transaction unparked(TransactionEvent.Unparked event) {
        return with(TransactionState.OPEN, event.change(), 0, event.nextCheckEpochMillis(), before.late());
    }

    @Override
    public Transaction checkMoved(TransactionEvent.CheckMoved event) {
        // An operator's question is one more than the policy has.
        int checks = Math.max(0, before.checks() - 1);
        return with(before.state(), before.since(), checks, event.nextCheckEpochMillis(), before.late());
    }

    @Override
    public Transaction answeredLate(TransactionEvent.AnsweredLate event) {
        return with(before.state(), before.since(), before.checks(), before.nextCheckEpochMillis(), event.answer());
    }

    private Transaction with(
            TransactionState state,
            Transaction.Change since,
            int checks,
            long nextCheckEpochMillis,
            Transaction.@Nullable Answer late) {
        return new Transaction(
                before.number(),
                before.messageId(),
                before.body(),
                before.sender(),
                before.storedEpochMillis(),
                state,
                since,
                before.decidedIn(),
                checks,
                nextCheckEpochMillis,
                before.visibleFromEpochMillis(),
                late);
    }
}
