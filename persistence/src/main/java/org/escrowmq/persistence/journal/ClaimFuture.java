package org.escrowmq.persistence.journal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.FencedException;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.jspecify.annotations.Nullable;

/** A claim's answer; completed by the applying thread. */
final class ClaimFuture extends CompletableFuture<Claim> implements CommitLog.Completion {
    private final PersistenceId id;
    private final Function<PersistenceId, @Nullable String> reason;

    ClaimFuture(PersistenceId id, Function<PersistenceId, @Nullable String> reason) {
        this.id = id;
        this.reason = reason;
    }

    @Override
    public void decided(WriteAnswer answer, long epoch, long highest) {
        switch (answer) {
            case APPLIED -> complete(new Claim(new Epoch(epoch), new SequenceNumber(highest)));
            case FENCED -> completeExceptionally(new FencedException(id, String.valueOf(reason.apply(id))));
            case STORAGE_FULL ->
                completeExceptionally(new JournalFaultException("There is no room on the disk to claim " + id.value()));
            case DUPLICATE, REFUSED, GAP -> throw new AssertionError("a claim is never answered " + answer);
        }
    }

    @Override
    public void failed(Throwable cause) {
        completeExceptionally(cause);
    }
}
