package org.escrowmq.delay.wheel;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The near timers of a node: one wheel, one thread, one timer for whoever waits for something, however much that is. Thread-safe. A timer
 * that is due only says so; whoever set it decides what is due: delays, leases, retries, checks.
 *
 * <p>The wheel's resolution is about a millisecond; the thread sleeps until the earliest timer and is woken for an earlier one.
 */
public final class TimingWheel implements AutoCloseable {
    private static final long TICK_NANOS = 1L << 20;
    private static final int TICKS_A_TURN = 1 << 14;
    private static final int EXPIRED_A_POLL = 1_000;
    private static final long PAUSE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE_BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int SCANNED_MAX = 64;

    /** A pending timer. Guarded by the wheel's monitor. */
    public final class Timer {
        private final Runnable due;
        private long wheelId = DeadlineTimerWheel.NULL_DEADLINE;
        private long deadlineNanos = Long.MAX_VALUE;

        private Timer(Runnable due) {
            this.due = due;
        }

        /** Sets (or moves) the timer to {@code inMillis} from now; Long.MAX_VALUE unsets it. */
        public void set(long inMillis) {
            synchronized (monitor) {
                long deadline = inMillis == Long.MAX_VALUE
                        ? Long.MAX_VALUE
                        : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, inMillis));
                if (deadline == deadlineNanos) return;
                cancelNow();
                if (deadline == Long.MAX_VALUE || closed) return;
                deadlineNanos = deadline;
                wheelId = wheel.scheduleTimer(deadline);
                timers.put(wheelId, this);
                if (deadline < sleepsUntilNanos) monitor.notifyAll();
            }
        }

        /** Unsets the timer. */
        public void cancel() {
            set(Long.MAX_VALUE);
        }

        private void cancelNow() {
            if (deadlineNanos == Long.MAX_VALUE) return;
            wheel.cancelTimer(wheelId);
            timers.remove(wheelId);
            deadlineNanos = Long.MAX_VALUE;
        }
    }

    private final Object monitor = new Object();
    private final DeadlineTimerWheel wheel =
            new DeadlineTimerWheel(TimeUnit.NANOSECONDS, System.nanoTime(), TICK_NANOS, TICKS_A_TURN);
    private final Long2ObjectHashMap<Timer> timers = new Long2ObjectHashMap<>();
    private final Thread thread = new Thread(this::run, "escrow-timers");
    private long sleepsUntilNanos = Long.MAX_VALUE;
    private boolean closed;

    /** Starts the thread. */
    public TimingWheel() {
        thread.setDaemon(true);
        thread.start();
    }

    /** A timer that runs {@code due}, which must not block, on the wheel's thread; not set yet. */
    public Timer timer(Runnable due) {
        return new Timer(due);
    }

    @Override
    public void close() {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
    }

    private void run() {
        synchronized (monitor) {
            while (!closed) {
                long now = System.nanoTime();
                int expired = wheel.poll(now, this::expire, EXPIRED_A_POLL);
                if (expired == EXPIRED_A_POLL || wheel.currentTickTime() < now - TICK_NANOS) continue;
                pauseUntilNext(now);
            }
        }
    }

    private boolean expire(TimeUnit unit, long now, long wheelId) {
        Timer due = timers.remove(wheelId);
        if (due != null) {
            due.deadlineNanos = Long.MAX_VALUE;
            due.due.run();
        }
        return true;
    }

    /** A wheel has no cheap minimum: few timers are looked through, with many the pause is short. */
    private void pauseUntilNext(long now) {
        long pause = timers.isEmpty() ? PAUSE_MAX_NANOS : nextPauseNanos(now);
        sleepsUntilNanos = now + pause;
        try {
            TimeUnit.NANOSECONDS.timedWait(monitor, pause);
        } catch (InterruptedException stop) {
            closed = true;
        }
        sleepsUntilNanos = Long.MAX_VALUE;
    }

    private long nextPauseNanos(long now) {
        if (timers.size() > SCANNED_MAX) return PAUSE_BUSY_NANOS;
        long earliest = Long.MAX_VALUE;
        for (Timer timer : timers.values()) earliest = Math.min(earliest, timer.deadlineNanos - now);
        return Math.max(TICK_NANOS, Math.min(PAUSE_MAX_NANOS, earliest));
    }
}
