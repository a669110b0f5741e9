package org.escrowmq.delay;

import java.time.Duration;

/**
 * How messages wait.
 *
 * @param maxDelay the longest delay
 * @param dueAtOnce how many become visible in one journal entry of their queue, so that sends have their turn between
 * @param readAhead how long before their time bodies are read into memory
 * @param readAheadBytesMax how much of them a queue holds
 */
public record DelayPolicy(Duration maxDelay, int dueAtOnce, Duration readAhead, long readAheadBytesMax) {
    /** The defaults. */
    public static final DelayPolicy STANDARD =
            new DelayPolicy(Duration.ofDays(365), 64, Duration.ofSeconds(2), 128L << 10);
}
