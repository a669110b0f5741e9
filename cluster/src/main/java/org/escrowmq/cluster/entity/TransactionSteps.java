package org.escrowmq.cluster.entity;

import java.util.List;
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

    /** Stores transactional messages; {@code once}: whether one that is stored already is not stored again. */
    record Store(QueueOperation.SendHalves send, BooleanSupplier once) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            List<Long> numbers =
                    partition.storeHalves(send.halves(), send.sender(), once.getAsBoolean(), moment.epochMillis());
            return () -> send.answer().complete(Outcome.done(numbers));
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
    record Command(QueueOperation.OnTransaction operation) implements Step {
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
            if (reply instanceof TransactionReply.Refused refused) return () -> refuse(refused.refusal());
            return () -> operation.answer().complete(Outcome.done(true));
        }

        @Override
        public void refuse(Refusal why) {
            operation.refuse(why);
        }
    }

    /** A command of the queue itself; {@code decided} runs when it is durable, or was not possible. */
    record Own(long number, TransactionCommand command, Runnable decided) implements Step {
        @Override
        public Runnable decide(Partition partition, Moment moment) {
            partition
                    .transactions()
                    .find(number)
                    .ifPresent(now -> partition.transactions().decide(now, command, moment.epochMillis()));
            return decided;
        }

        @Override
        public void refuse(Refusal why) {
            decided.run();
        }
    }
}
