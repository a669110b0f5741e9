package org.escrowmq.cluster;

import java.time.Duration;
import java.util.List;

/** How long a failed message waits before its next delivery. Sent to clients with their settings. */
public sealed interface RetryPolicy {
    /** Step {@code attempt - 1} of the list; the last one beyond its end. Never empty. */
    record Customized(List<Duration> steps) implements RetryPolicy {}

    /** {@code initial * multiplier^(attempt - 1)}, at most {@code max}. */
    record Exponential(Duration initial, Duration max, double multiplier) implements RetryPolicy {}

    /** The 18 steps of the protocol's default: 1 s to 2 h. */
    static RetryPolicy standard() {
        return new Customized(List.of(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofMinutes(3),
                Duration.ofMinutes(4),
                Duration.ofMinutes(5),
                Duration.ofMinutes(6),
                Duration.ofMinutes(7),
                Duration.ofMinutes(8),
                Duration.ofMinutes(9),
                Duration.ofMinutes(10),
                Duration.ofMinutes(20),
                Duration.ofMinutes(30),
                Duration.ofHours(1),
                Duration.ofHours(2)));
    }
}
