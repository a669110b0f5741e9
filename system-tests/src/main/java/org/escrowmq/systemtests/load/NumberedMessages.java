package org.escrowmq.systemtests.load;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.message.MessageView;

/**
 * The messages of one phase of a load at a fixed rate: each has a time at which it is due and is settled once, by its arrival or a failure. A
 * body starts with the phase's number and the message's index. Thread-safe.
 */
final class NumberedMessages {
    private static final int HEAD_BYTES = 12;
    private static final long SETTLE_SECONDS = 60;

    private final long number;
    private final int count;
    private final int bodyBytes;
    private final long intervalNanos;
    private final CountDownLatch open;
    private volatile Stopwatch watch = new Stopwatch();

    /** {@code number}: of the phase, of which no other may have messages in the topic. */
    NumberedMessages(long number, int bodyBytes, int rate, int seconds) {
        this.number = number;
        this.count = rate * seconds;
        this.bodyBytes = Math.max(bodyBytes, HEAD_BYTES);
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        this.open = new CountDownLatch(count);
    }

    int count() {
        return count;
    }

    /** The time begins to run. */
    void begin() {
        watch = new Stopwatch();
    }

    Stopwatch watch() {
        return watch;
    }

    /** When a message is due, by {@link System#nanoTime()}. */
    long dueNanos(int index) {
        return watch.startNanos() + index * intervalNanos;
    }

    void awaitDue(int index) {
        long due = dueNanos(index);
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) LockSupport.parkNanos(wait);
    }

    byte[] body(int index) {
        byte[] body = new byte[bodyBytes];
        ByteBuffer.wrap(body).putLong(number).putInt(index);
        return body;
    }

    /** The index of a message of this phase; -1 for any other. */
    int indexOf(MessageView message) {
        ByteBuffer body = message.getBody();
        return body.remaining() < HEAD_BYTES || body.getLong() != number ? -1 : body.getInt();
    }

    /** A message came, so long after the moment that counts. Once for each. */
    void arrived(long latencyNanos) {
        watch.succeeded(latencyNanos);
        open.countDown();
    }

    /** A message will not come. Once for each. */
    void failed(Throwable cause) {
        watch.failed(cause);
        open.countDown();
    }

    /** Until all are settled. */
    void await() throws InterruptedException, TimeoutException {
        if (!open.await(SETTLE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(open.getCount() + " of " + count + " messages never came");
        }
    }
}
