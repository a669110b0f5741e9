package org.escrowmq.systemtests.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The measured span of a load: wall time, this process's CPU time, successes, failures and latencies. Thread-safe. */
final class Stopwatch {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long startNanos = System.nanoTime();
    private final long startCpuNanos = SYSTEM.getProcessCpuTime();
    private final LongAdder successes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private final Latencies latencies = new Latencies();

    long startNanos() {
        return startNanos;
    }

    void succeeded(long latencyNanos) {
        successes.increment();
        latencies.recordNanos(latencyNanos);
    }

    void failed(Throwable cause) {
        failures.increment();
        firstFailure.compareAndSet(null, String.valueOf(cause));
    }

    long successes() {
        return successes.sum();
    }

    LoadReport report(String load) {
        return report(load, startNanos, System.nanoTime());
    }

    /** For loads whose span begins or ends at an event of their own. */
    LoadReport report(String load, long fromNanos, long toNanos) {
        double seconds = (toNanos - fromNanos) / 1e9;
        long messages = successes.sum();
        return new LoadReport(
                load,
                messages,
                seconds,
                messages / seconds,
                failures.sum(),
                Objects.requireNonNullElse(firstFailure.get(), ""),
                (SYSTEM.getProcessCpuTime() - startCpuNanos) / 1e9,
                latencies.figures(),
                List.of(),
                LoadReport.Early.NONE);
    }
}
