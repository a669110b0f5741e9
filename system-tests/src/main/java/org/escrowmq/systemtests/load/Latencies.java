package org.escrowmq.systemtests.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Durations of one run, recorded by many threads: 1 us to 10 min, three digits. */
public final class Latencies {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);

    /** Longer than ten minutes counts as ten minutes. */
    public void recordNanos(long nanos) {
        micros.recordValue(Math.min(LONGEST_MICROS, Math.max(1, nanos / 1000)));
    }

    public Figures figures() {
        return new Figures(at(50), at(90), at(99), at(99.9), micros.getMaxValue() / 1000.0);
    }

    private double at(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    /** Percentiles in milliseconds. */
    public record Figures(double p50Millis, double p90Millis, double p99Millis, double p999Millis, double maxMillis) {}
}
