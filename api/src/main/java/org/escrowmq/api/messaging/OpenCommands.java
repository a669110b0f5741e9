package org.escrowmq.api.messaging;

import apache.rocketmq.v2.TelemetryCommand;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;

/**
 * The commands of a node that wait for their clients' answers. Each ends once: by the answer, by the end of its stream, or
 * by its time. An answer counts only on the stream that was asked, and only if it is of the kind that was asked for.
 * Thread-safe.
 */
final class OpenCommands {
    private record Open(
            TelemetryStream stream,
            TelemetryCommand.CommandCase wanted,
            CompletableFuture<Outcome<TelemetryCommand>> answer) {}

    private final int openMax;
    private final Duration timeout;
    /** Keeps nonces of two runs of the server apart: a client may answer late. */
    private final String run = HexFormat.of().toHexDigits(new SecureRandom().nextLong());

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    OpenCommands(int openMax, Duration timeout) {
        this.openMax = openMax;
        this.timeout = timeout;
    }

    /** Sends what {@code command} makes of a new nonce, and waits for the command of the kind {@code wanted} with that nonce. */
    CompletableFuture<Outcome<TelemetryCommand>> ask(
            TelemetryStream stream, TelemetryCommand.CommandCase wanted, Function<String, TelemetryCommand> command) {
        if (count.incrementAndGet() > openMax) {
            count.decrementAndGet();
            return CompletableFuture.completedFuture(Outcome.refused(
                    RefusalCode.TOO_MANY_REQUESTS,
                    openMax + " commands wait for their clients' answers;"
                            + " escrow.api.messaging.limits.client-commands sets the limit"));
        }
        String nonce = run + "-" + numbers.incrementAndGet();
        CompletableFuture<Outcome<TelemetryCommand>> answer = new CompletableFuture<>();
        open.put(nonce, new Open(stream, wanted, answer));
        CompletableFuture<Outcome<TelemetryCommand>> ended = answer.whenComplete((outcome, failure) -> {
            open.remove(nonce);
            count.decrementAndGet();
        });
        answer.completeOnTimeout(silent(), timeout.toMillis(), TimeUnit.MILLISECONDS);
        stream.send(command.apply(nonce));
        return ended;
    }

    /** Takes the answer to {@code nonce}; one that nobody waits for any more is dropped. */
    void answered(TelemetryStream stream, String nonce, TelemetryCommand answer) {
        Open asked = open.get(nonce);
        if (asked == null || asked.stream() != stream || asked.wanted() != answer.getCommandCase()) return;
        asked.answer().complete(Outcome.done(answer));
    }

    /** Refuses what was asked on a stream that is gone. */
    void ended(TelemetryStream stream) {
        open.values().stream()
                .filter(asked -> asked.stream() == stream)
                .forEach(asked -> asked.answer()
                        .complete(Outcome.refused(
                                RefusalCode.UNAVAILABLE, "the client's command stream ended before it answered")));
    }

    int count() {
        return count.get();
    }

    private Outcome<TelemetryCommand> silent() {
        return Outcome.refused(
                RefusalCode.TIMEOUT,
                "the client did not answer within " + timeout.toMillis()
                        + " ms (escrow.api.messaging.client-command-timeout); it may still be at work");
    }
}
