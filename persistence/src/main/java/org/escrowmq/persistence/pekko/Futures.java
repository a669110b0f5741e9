package org.escrowmq.persistence.pekko;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** From our completion stages to Pekko's futures, on the thread that completes them: no hop between. */
final class Futures {
    private Futures() {}

    static <T> Future<T> of(CompletionStage<T> stage) {
        Promise<T> promise = Promise.apply();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                promise.success(value);
            } else {
                promise.failure(cause(failure));
            }
        });
        return promise.future();
    }

    /** Succeeds on APPLIED and DUPLICATE. */
    static Future<Void> success(PersistenceId id, long number, CompletionStage<WriteAnswer> answer) {
        Promise<Void> promise = Promise.apply();
        answer.whenComplete((said, failure) -> {
            if (failure != null) {
                promise.failure(cause(failure));
            } else if (said == WriteAnswer.APPLIED || said == WriteAnswer.DUPLICATE) {
                promise.success(nothing());
            } else {
                promise.failure(new WriteFailure(id, number, said));
            }
        });
        return promise.future();
    }

    /** Runs blocking work elsewhere. */
    static Future<Void> run(ExecutionContext where, Runnable work) {
        return Future.apply(
                () -> {
                    work.run();
                    return nothing();
                },
                where);
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @SuppressWarnings("NullAway") // the one value of Void
    private static Void nothing() {
        @Nullable Void nothing = null;
        return nothing;
    }
}
