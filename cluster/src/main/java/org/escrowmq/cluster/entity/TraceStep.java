package org.escrowmq.cluster.entity;

import java.util.List;
import org.escrowmq.cluster.partition.BatchRow;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.cluster.partition.TransactionList;
import org.escrowmq.cluster.trace.JournalTrace;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.queue.MessageStanding;
import org.escrowmq.transaction.Transaction;

/**
 * Looks at how groups stand to a message, and has its life read from the journal beside the queue's actor. A step, so that what it saw is
 * durable before the journal is read.
 */
final class TraceStep implements Step {
    /** Where the message is stored no more, all that is left of the journal is read. */
    private static final SequenceNumber OLDEST = new SequenceNumber(1);

    private final QueueOperation.Trace trace;
    private final Journal journal;
    private final StoredMessages stored;
    private final TransactionList transactions;
    private final QueueId id;

    TraceStep(
            QueueOperation.Trace trace,
            Journal journal,
            StoredMessages stored,
            TransactionList transactions,
            QueueId id) {
        this.trace = trace;
        this.journal = journal;
        this.stored = stored;
        this.transactions = transactions;
        this.id = id;
    }

    @Override
    public Runnable decide(Partition partition, Moment moment) {
        Offset end = partition.state().next();
        if (trace.offset().compareTo(end) >= 0) {
            return () -> trace.refuse(new Refusal(
                    RefusalCode.ILLEGAL_OFFSET,
                    "queue " + id.number() + " ends at offset " + end.value() + ", got "
                            + trace.offset().value()));
        }
        List<MessageStanding> standings = partition.state().standings(trace.offset(), moment.nowMillis());
        return () -> read(standings);
    }

    private void read(List<MessageStanding> standings) {
        SequenceNumber from = stored.batchOf(trace.offset())
                .map(this::entryOfAppearance)
                .map(SequenceNumber::new)
                .orElse(OLDEST);
        new JournalTrace(journal, id, trace.offset(), standings, trace.limits())
                .readFrom(from)
                .whenComplete((life, failure) -> {
                    if (failure != null) trace.answer().completeExceptionally(failure);
                    else trace.answer().complete(Outcome.done(life));
                });
    }

    /** A message may have become visible, by a commit or since its time came, long after the entry that holds it. */
    private long entryOfAppearance(BatchRow row) {
        if (row.hasWaited()) return row.dueIn();
        if (!row.isOfTransaction()) return row.sequenceNumber();
        return transactions.find(row.transaction()).map(Transaction::decidedIn).orElse(row.sequenceNumber());
    }

    @Override
    public void refuse(Refusal why) {
        trace.refuse(why);
    }
}
