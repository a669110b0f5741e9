package org.escrowmq.persistence.journal;

import java.util.concurrent.CompletableFuture;
import org.escrowmq.persistence.WriteAnswer;

/** A write's answer; completed by the applying thread. */
final class AnswerFuture extends CompletableFuture<WriteAnswer> implements CommitLog.Completion {
    @Override
    public void decided(WriteAnswer answer, long epoch, long highest) {
        complete(answer);
    }

    @Override
    public void failed(Throwable cause) {
        completeExceptionally(cause);
    }
}
