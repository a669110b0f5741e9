package org.escrowmq.delay.wheel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<Object> fired = new LinkedBlockingQueue<>();
    private final TimingWheel wheel = new TimingWheel();

    @AfterEach
    void stop() {
        wheel.close();
    }

    private static long nanosSince(long startNanos) {
        return System.nanoTime() - startNanos;
    }

    private TimingWheel.Timer timer(Object name) {
        return wheel.timer(() -> fired.add(name));
    }

    private Object next() throws InterruptedException {
        return Objects.requireNonNull(fired.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS), "nothing fired");
    }

    private void nothingFor(long millis) throws InterruptedException {
        assertNull(fired.poll(millis, TimeUnit.MILLISECONDS));
    }

    @Test
    void aTimerIsNeverEarlyAndFiresOnce() throws InterruptedException {
        TimingWheel.Timer timer = timer("due");
        for (int millis : new int[] {1, 30, 250, 700}) {
            long start = System.nanoTime();
            timer.set(millis);
            assertEquals("due", next());
            assertTrue(nanosSince(start) >= millis * 1_000_000L, millis + " ms came early");
        }
        nothingFor(100);
    }

    @Test
    void aTimerMovesBothWays() throws InterruptedException {
        TimingWheel.Timer timer = timer("due");
        timer.set(60_000);
        long start = System.nanoTime();
        timer.set(50);
        assertEquals("due", next());
        assertTrue(nanosSince(start) < 50_000_000_000L);
        start = System.nanoTime();
        timer.set(20);
        timer.set(300);
        assertEquals("due", next());
        assertTrue(nanosSince(start) >= 300_000_000L);
    }

    @Test
    void aCancelledTimerDoesNotFire() throws InterruptedException {
        TimingWheel.Timer timer = timer("no");
        timer.set(20);
        timer.cancel();
        timer.set(20);
        timer.set(Long.MAX_VALUE);
        TimingWheel.Timer later = timer("yes");
        later.set(100);
        assertEquals("yes", next());
    }

    @Test
    void manyTimersFireInTheirTime() throws InterruptedException {
        Random random = new Random(7);
        Set<Integer> expected = new HashSet<>();
        List<TimingWheel.Timer> cancelled = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            TimingWheel.Timer timer = timer(i);
            timer.set(300_000);
            if (i % 10 == 0) {
                cancelled.add(timer);
            } else {
                timer.set(random.nextInt(400));
                expected.add(i);
            }
        }
        cancelled.forEach(TimingWheel.Timer::cancel);
        Set<Object> all = new HashSet<>();
        while (all.size() < expected.size()) all.add(next());
        assertEquals(expected, all);
    }

    @Test
    void nothingFiresAfterTheClose() throws InterruptedException {
        TimingWheel.Timer timer = timer("due");
        timer.set(50);
        wheel.close();
        timer.cancel();
        timer.set(1);
        nothingFor(150);
    }
}
