package org.escrowmq.systemtests.faults;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryRecorder;

/**
 * The end of a run: until consumers of each group were done with every acknowledged message and nothing has come for a while. What an
 * ack was answered does not matter: the answer may have been lost with the server.
 */
record Drain(HistoryRecorder recorder, Set<String> groups) {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Waits for it, at most for the limit; how many deliveries are missing then. */
    long await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Awaitility.await()
                .atMost(limit.plusMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> System.nanoTime() > end || missing() == 0);
        return missing();
    }

    /** 1 when nothing is missing and something came just now. */
    private long missing() {
        Set<String> missing = new HashSet<>();
        Set<String> done = new HashSet<>();
        long lastNanos = Long.MIN_VALUE;
        for (Event event : recorder.history().events()) {
            if (event instanceof Event.SendOk e) {
                groups.forEach(group -> missing.add(group + ' ' + e.key()));
            } else if (event instanceof Event.AckInvoked e) {
                done.add(e.group() + ' ' + e.key());
            } else if (event instanceof Event.Delivered e) {
                lastNanos = e.atNanos();
            }
        }
        missing.removeAll(done);
        boolean quiet = lastNanos == Long.MIN_VALUE || System.nanoTime() - lastNanos > QUIET_NANOS;
        return missing.isEmpty() && !quiet ? 1 : missing.size();
    }
}
