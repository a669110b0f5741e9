package org.escrowmq.ops.server;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.escrowmq.model.Outcome;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;

/** Waits for stages on the main thread, where nothing else is left to do. */
final class Waiting {
    private Waiting() {}

    /** The stage's value; its own unchecked failure; a {@link Failure} when the time is up. */
    static <T> T forStage(CompletionStage<T> stage, Duration limit, String what) {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.ERROR, "interrupted while waiting for " + what, e);
        } catch (TimeoutException e) {
            throw new Failure(ExitCode.ERROR, what + " took longer than " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    /** The value of an outcome that has to be granted. */
    static <T> T granted(CompletionStage<Outcome<T>> stage, Duration limit) {
        return forStage(stage, limit, "an answer").<T>fold(value -> value, refusal -> {
            throw new Failure(ExitCode.ERROR, refusal.code() + ": " + refusal.text());
        });
    }

    private static RuntimeException thrown(Throwable wrapped) {
        Throwable cause = wrapped;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error error) throw error;
        return cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
    }
}
