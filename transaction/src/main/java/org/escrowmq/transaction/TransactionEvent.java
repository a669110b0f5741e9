package org.escrowmq.transaction;

import org.escrowmq.model.Offset;

/** What happened to a transaction, named by its number. */
public sealed interface TransactionEvent {
    /** Handles each kind. */
    <R> R fold(Cases<R> cases);

    /** The number of the transaction. */
    long number();

    /** Its message was stored. */
    record Stored(long number, String messageId, String sender, long firstCheckEpochMillis)
            implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.stored(this);
        }
    }

    /** A live client was asked, for the time {@code checks}. */
    record Checked(long number, String client, int checks, long nextCheckEpochMillis) implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.checked(this);
        }
    }

    /** It was decided. {@code change} has the offset of the message that became visible, once it has one. */
    record Resolved(long number, Resolution resolution, Transaction.Change change) implements TransactionEvent {
        /** The same, of a message that is visible at this offset. */
        public Resolved visibleAt(Offset offset) {
            return new Resolved(
                    number,
                    resolution,
                    new Transaction.Change(change.epochMillis(), change.source(), change.by(), offset));
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.resolved(this);
        }
    }

    /** Nobody is asked about it any more. */
    record Parked(long number, Transaction.Change change) implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.parked(this);
        }
    }

    /** It is open again, with all its checks. */
    record Unparked(long number, Transaction.Change change, long nextCheckEpochMillis) implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.unparked(this);
        }
    }

    /** It is to be asked about at this time, whatever was planned. */
    record CheckMoved(long number, String by, long nextCheckEpochMillis) implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.checkMoved(this);
        }
    }

    /** A client decided while it was parked, which changes nothing. */
    record AnsweredLate(long number, Transaction.Answer answer) implements TransactionEvent {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.answeredLate(this);
        }
    }

    /** One method a kind. */
    interface Cases<R> {
        R stored(Stored event);

        R checked(Checked event);

        R resolved(Resolved event);

        R parked(Parked event);

        R unparked(Unparked event);

        R checkMoved(CheckMoved event);

        R answeredLate(AnsweredLate event);
    }
}
