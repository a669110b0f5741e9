package org.escrowmq.model;

import java.util.function.Function;

/** What came of a request: its result, or the refusal that stands in its place. */
public sealed interface Outcome<T> {
    /** The request was carried out. */
    record Done<T>(T value) implements Outcome<T> {}

    /** The request was refused; nothing changed (except where the code is {@link RefusalCode#TIMEOUT}). */
    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /** A result. */
    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    /** A refusal. */
    static <T> Outcome<T> refused(RefusalCode code, String text) {
        return new Refused<>(new Refusal(code, text));
    }

    /** Handles both cases. */
    default <R> R fold(Function<? super T, ? extends R> done, Function<? super Refusal, ? extends R> refused) {
        if (this instanceof Done<T> result) return done.apply(result.value());
        return refused.apply(((Refused<T>) this).refusal());
    }
}
