package org.escrowmq.systemtests.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far a backlog is acknowledged. The measured span is from the first message that a consumer got to the last answered ack; a latency is
 * from getting a message (the last time) to its answered ack. Thread-safe.
 */
final class AckedBacklog {
    private final int messages;
    private final Stopwatch watch = new Stopwatch();
    private final AtomicLongArray receivedNanos;
    private final AtomicIntegerArray acked;
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);

    AckedBacklog(int messages) {
        this.messages = messages;
        this.receivedNanos = new AtomicLongArray(messages);
        this.acked = new AtomicIntegerArray(messages);
    }

    void received(int message) {
        long now = System.nanoTime();
        firstNanos.compareAndSet(0, now);
        receivedNanos.set(message, now);
    }

    /** The server has answered OK; a second such answer does not count. */
    void acked(int message) {
        if (!acked.compareAndSet(message, 0, 1)) {
            return;
        }
        long now = System.nanoTime();
        watch.succeeded(now - receivedNanos.get(message));
        if (watch.successes() >= messages) {
            lastNanos.compareAndSet(0, now);
            done.countDown();
        }
    }

    /** A call that failed for good. */
    void failed(Throwable cause) {
        watch.failed(cause);
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    void await(long seconds) throws InterruptedException, TimeoutException {
        if (!done.await(seconds, TimeUnit.SECONDS)) {
            throw new TimeoutException("acked " + watch.successes() + " of " + messages + " in " + seconds + " s");
        }
    }

    LoadReport report(String load) {
        return watch.report(load, firstNanos.get(), lastNanos.get());
    }
}
