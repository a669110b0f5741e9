package org.escrowmq.api.admin;

import java.util.Locale;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.admin.v1.TransactionMoment;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.model.Offset;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionEvent;
import org.escrowmq.transaction.TransactionState;

/** Transactions as the admin service has them. */
final class TransactionWire {
    private static final long NO_OFFSET = -1;

    private TransactionWire() {}

    /** The state asked for; OPEN where nothing was asked. */
    static TransactionState state(org.escrowmq.admin.v1.TransactionState state) {
        return switch (state) {
            case TRANSACTION_STATE_UNSPECIFIED, OPEN -> TransactionState.OPEN;
            case PARKED -> TransactionState.PARKED;
            case COMMITTED -> TransactionState.COMMITTED;
            case ROLLED_BACK -> TransactionState.ROLLED_BACK;
            case UNRECOGNIZED -> throw Rejection.invalid("state is none that this server knows");
        };
    }

    static TransactionDesk.Action action(ActOnTransactionsRequest.Action action) {
        return switch (action) {
            case COMMIT -> TransactionDesk.Action.COMMIT;
            case ROLLBACK -> TransactionDesk.Action.ROLLBACK;
            case CHECK -> TransactionDesk.Action.CHECK;
            case PARK -> TransactionDesk.Action.PARK;
            case UNPARK -> TransactionDesk.Action.UNPARK;
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Rejection.invalid("action must be COMMIT, ROLLBACK, CHECK, PARK or UNPARK");
        };
    }

    static org.escrowmq.admin.v1.Transaction transaction(TransactionDesk.Entry entry) {
        Transaction transaction = entry.transaction();
        Offset offset = transaction.since().offset();
        Transaction.Answer late = transaction.late();
        org.escrowmq.admin.v1.Transaction.Builder wire = org.escrowmq.admin.v1.Transaction.newBuilder()
                .setTransactionId(entry.transactionId())
                .setTopic(entry.topic().toString())
                .setQueue(entry.queue())
                .setMessageId(transaction.messageId())
                .setState(state(transaction.state()))
                .setStoredEpochMillis(transaction.storedEpochMillis())
                .setSinceEpochMillis(transaction.since().epochMillis())
                .setSource(transaction.since().source().name().toLowerCase(Locale.ROOT))
                .setBy(transaction.since().by())
                .setOffset(offset == null ? NO_OFFSET : offset.value())
                .setSender(transaction.sender())
                .setChecks(transaction.checks());
        if (transaction.state() == TransactionState.OPEN) {
            wire.setNextCheckEpochMillis(transaction.nextCheckEpochMillis());
        }
        if (late != null) {
            wire.setLateResolution(late.resolution().name())
                    .setLateEpochMillis(late.epochMillis())
                    .setLateClient(late.by());
        }
        return wire.build();
    }

    private static org.escrowmq.admin.v1.TransactionState state(TransactionState state) {
        return switch (state) {
            case OPEN -> org.escrowmq.admin.v1.TransactionState.OPEN;
            case PARKED -> org.escrowmq.admin.v1.TransactionState.PARKED;
            case COMMITTED -> org.escrowmq.admin.v1.TransactionState.COMMITTED;
            case ROLLED_BACK -> org.escrowmq.admin.v1.TransactionState.ROLLED_BACK;
        };
    }

    static TransactionDetail detail(TransactionDesk.Story story) {
        TransactionDetail.Builder detail = TransactionDetail.newBuilder().setTransaction(transaction(story.entry()));
        HalfMessage half = story.half();
        if (half != null) {
            Offset offset = story.entry().transaction().since().offset();
            QueueInspection.StoredMessage message = new QueueInspection.StoredMessage(
                    half.queue(), Offset.FIRST, half.storedEpochMillis(), half.message());
            detail.setMessage(Wire.message(story.entry().topic(), message).toBuilder()
                    .setOffset(offset == null ? NO_OFFSET : offset.value()));
        }
        story.moments().forEach(moment -> detail.addMoments(moment(moment)));
        return detail.build();
    }

    private static TransactionMoment moment(TransactionDesk.Moment moment) {
        return moment.event().fold(new Told()).toBuilder()
                .setEpochMillis(moment.epochMillis())
                .build();
    }

    /** Each kind of event in words. */
    private static final class Told implements TransactionEvent.Cases<TransactionMoment> {
        private static TransactionMoment told(String what, String by, String detail) {
            return TransactionMoment.newBuilder()
                    .setWhat(what)
                    .setBy(by)
                    .setDetail(detail)
                    .build();
        }

        @Override
        public TransactionMoment stored(TransactionEvent.Stored event) {
            return told("stored", event.sender(), "");
        }

        @Override
        public TransactionMoment checked(TransactionEvent.Checked event) {
            return told("checked", event.client(), "check " + event.checks());
        }

        @Override
        public TransactionMoment resolved(TransactionEvent.Resolved event) {
            Offset offset = event.change().offset();
            String where = offset == null ? "" : ", visible at offset " + offset.value();
            return told("resolved", event.change().by(), event.resolution() + " by " + source(event.change()) + where);
        }

        @Override
        public TransactionMoment parked(TransactionEvent.Parked event) {
            return told("parked", event.change().by(), "by " + source(event.change()));
        }

        @Override
        public TransactionMoment unparked(TransactionEvent.Unparked event) {
            return told("unparked", event.change().by(), "");
        }

        @Override
        public TransactionMoment checkMoved(TransactionEvent.CheckMoved event) {
            return told("check-moved", event.by(), "asked now");
        }

        @Override
        public TransactionMoment answeredLate(TransactionEvent.AnsweredLate event) {
            return told("answered-late", event.answer().by(), event.answer().resolution() + ", while it was parked");
        }

        private static String source(Transaction.Change change) {
            return change.source().name().toLowerCase(Locale.ROOT);
        }
    }
}
