package org.escrowmq.persistence.pekko;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.persistence.AtomicWrite;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.StorageFullException;
import org.escrowmq.persistence.WriteAnswer;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** The writes of one request of Pekko's, answered together, in their order. Filled by one thread, completed by others. */
final class WriteBatch {
    private final Journal journal;
    private final Promise<Iterable<Optional<Exception>>> promise = Promise.apply();
    private final List<Optional<Exception>> results = new ArrayList<>(1);
    /** Writes that are open, and one until {@link #sealed}. */
    private final AtomicInteger open = new AtomicInteger(1);

    WriteBatch(Journal journal) {
        this.journal = journal;
    }

    /** A write that was not even proposed. */
    void rejected(Exception why) {
        results.add(Optional.of(why));
    }

    /** A write that is under way. */
    void add(AtomicWrite write, WriterSession session, CompletionStage<WriteAnswer> answer) {
        int slot = results.size();
        results.add(Optional.empty());
        open.incrementAndGet();
        answer.whenComplete((said, failure) -> {
            if (failure != null) {
                promise.tryFailure(Futures.cause(failure));
            } else if (said == WriteAnswer.STORAGE_FULL) {
                session.givenUp(write.lowestSequenceNr(), write.highestSequenceNr());
                full(slot);
            } else if (said != WriteAnswer.APPLIED && said != WriteAnswer.DUPLICATE) {
                promise.tryFailure(
                        new WriteFailure(new PersistenceId(write.persistenceId()), write.lowestSequenceNr(), said));
            }
            closed();
        });
    }

    private synchronized void full(int slot) {
        JournalStatus status = journal.status();
        results.set(slot, Optional.of(new StorageFullException(status.freeBytes(), status.minFreeBytes())));
    }

    /** No more writes come. */
    Future<Iterable<Optional<Exception>>> sealed() {
        closed();
        return promise.future();
    }

    private void closed() {
        if (open.decrementAndGet() == 0) promise.trySuccess(results);
    }
}
