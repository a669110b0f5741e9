package org.escrowmq.cluster.trace;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.TransactionDesk.Moment;
import org.escrowmq.cluster.partition.PartitionHead;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.pekko.StoredHead;
import org.escrowmq.transaction.TransactionEvent;

/**
 * Reads the journal of a queue for what happened to one transaction, a page at a time, up to its decision, the end or a limit. Runs on the
 * journal's reader threads and the common pool. One instance, one reading.
 */
public final class TransactionHistory {
    private static final int PAGE_ENTRIES = 256;
    private static final long PAGE_BYTES = 1 << 20;

    /** Entries that are looked at: a reader of the journal is busy as long. */
    private static final int ENTRIES_MAX = 200_000;

    private final Journal journal;
    private final PersistenceId id;
    private final long number;
    private final List<Moment> moments = new ArrayList<>();
    private boolean decided;
    private int entries;

    /** A reading for a transaction of a queue. */
    public TransactionHistory(Journal journal, QueueId queue, long number) {
        this.journal = journal;
        this.id = new PersistenceId(queue.persistenceId());
        this.number = number;
    }

    /** Reads from this entry on. To be called once. */
    public CompletionStage<List<Moment>> readFrom(SequenceNumber from) {
        return journal.history(id, from, PAGE_ENTRIES, PAGE_BYTES).thenComposeAsync(this::carryOn);
    }

    private CompletionStage<List<Moment>> carryOn(List<Journal.Recorded> page) {
        page.forEach(this::take);
        entries += page.size();
        if (page.isEmpty() || decided || entries >= ENTRIES_MAX) {
            return CompletableFuture.completedFuture(List.copyOf(moments));
        }
        return readFrom(new SequenceNumber(page.get(page.size() - 1).number().value() + 1));
    }

    private void take(Journal.Recorded entry) {
        ByteBuffer head = StoredHead.of(entry.head())
                .orElseThrow(() -> new IllegalStateException("entry " + entry.number() + " is not one of a queue"));
        for (TransactionEvent event : PartitionHead.decode(head).transactions()) {
            if (event.number() != number) continue;
            moments.add(new Moment(entry.writtenEpochMillis(), event));
            decided |= event instanceof TransactionEvent.Resolved;
        }
    }
}
