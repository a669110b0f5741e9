package org.escrowmq.cluster.entity;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.escrowmq.transaction.TransactionReply;

/** The steps of transactions. */
final class TransactionSteps {
    private TransactionSteps() {}

    /** To be run once what was decided is durable. */
    private static Runnable counted(Transaction before, Partition partition, TopicLabels labels) {
        Transaction after = partition.transactions().find(before.number()).orElse(before);
        return () -> labels.transactions().changed(before, after);
    }

    /** Stores transactional messages; {@code once}: whether one that is stored already is not stored again. */
    record Store(QueueOperation.SendHalves send, BooleanSupplier once, TopicLabels labels) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            Partition.StoredHalves stored =
                    partition.storeHalves(send.halves(), send.sender(), once.getAsBoolean(), moment.epochMillis());
            return () -> {
                labels.stored(stored.added());
                labels.repeated(stored.repeated());
                send.answer().complete(Outcome.done(stored.numbers()));
            };
        }

        @Override
        public void refuse(Refusal why) {
            send.refuse(why);
        }

        @Override
        public int bytes() {
            return send.bytes();
        }
    }

    /** A command from outside on a transaction, which has to be that of the message that is named. */
    record Command(QueueOperation.OnTransaction operation, TopicLabels labels) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            String messageId = operation.messageId();
            Optional<Transaction> found = partition
                    .transactions()
                    .find(operation.number())
                    .filter(transaction ->
                            messageId == null || transaction.messageId().equals(messageId));
            if (found.isEmpty()) {
                return () -> refuse(new Refusal(
                        RefusalCode.INVALID_TRANSACTION_ID,
                        "there is no transaction" + (messageId == null ? "" : " of message " + messageId)
                                + " with this id; one that is decided is forgotten when its message is"));
            }
            TransactionReply reply =
                    partition.transactions().decide(found.get(), operation.command(), moment.epochMillis());
            Runnable counted = counted(found.get(), partition, labels);
            return () -> {
                counted.run();
                if (reply instanceof TransactionReply.Refused refused) refuse(refused.refusal());
                else operation.answer().complete(Outcome.done(true));
            };
        }

        @Override
        public void refuse(Refusal why) {
            operation.refuse(why);
        }
    }

    /** A command of the queue itself; {@code decided} runs when it is durable, or was not possible. */
    record Own(long number, TransactionCommand command, TopicLabels labels, Runnable decided) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            Optional<Transaction> found = partition.transactions().find(number);
            if (found.isEmpty()) return decided;
            partition.transactions().decide(found.get(), command, moment.epochMillis());
            Runnable counted = counted(found.get(), partition, labels);
            return () -> {
                counted.run();
                decided.run();
            };
        }

        @Override
        public void refuse(Refusal why) {
            decided.run();
        }
    }
}
