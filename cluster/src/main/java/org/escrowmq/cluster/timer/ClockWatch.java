package org.escrowmq.cluster.timer;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the server's clock was set: timers run on the monotonic clock, so whatever waits for a time of the other one has to look
 * again. For one thread.
 */
public final class ClockWatch {
    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    /** Less is drift, which a timer that fires a moment late makes up for. */
    private static final long JUMP_MILLIS = 200;

    private final InstantSource clock;
    private final LongSupplier monotonicMillis;
    private final Runnable jumped;
    private long aheadMillis;

    /** {@code jumped} runs in the look that noticed it; {@code monotonicMillis}: a clock that nobody sets. */
    public ClockWatch(InstantSource clock, LongSupplier monotonicMillis, Runnable jumped) {
        this.clock = clock;
        this.monotonicMillis = monotonicMillis;
        this.jumped = jumped;
        this.aheadMillis = clock.millis() - monotonicMillis.getAsLong();
    }

    /** Compares both clocks. */
    public void look() {
        long ahead = clock.millis() - monotonicMillis.getAsLong();
        long by = ahead - aheadMillis;
        // A slow drift is followed, so that it never adds up to a jump.
        aheadMillis = ahead;
        if (Math.abs(by) < JUMP_MILLIS) return;
        log.warn("the server's clock was set by {} ms; what waits for its time looks again", by);
        jumped.run();
    }
}
