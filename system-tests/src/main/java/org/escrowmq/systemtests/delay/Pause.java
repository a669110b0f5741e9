package org.escrowmq.systemtests.delay;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Time that passes while a server does what it has to. */
final class Pause {
    private static final Duration SLACK = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(20);

    private Pause() {}

    static void of(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plus(SLACK)).until(() -> true);
    }

    /** Until that time by our clock; not at all when it has passed. */
    static void until(long epochMillis) {
        long left = epochMillis - System.currentTimeMillis();
        if (left > 0) of(Duration.ofMillis(left));
    }

    /** Waits for something at most so long; whether it came true. */
    static boolean whileNot(Callable<Boolean> condition, Duration limit) {
        try {
            Awaitility.await().atMost(limit).pollInterval(POLL).until(condition);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }
}
