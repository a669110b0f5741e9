package org.escrowmq.systemtests.load;

import com.google.gson.Gson;

/**
 * What one load measured. {@code messages} succeeded in {@code seconds}; {@code failures} did not (after the client's own retries);
 * {@code clientCpuSeconds} is this process's over the same span; {@code firstFailure} is its text, or empty.
 */
public record LoadReport(
        String load,
        long messages,
        double seconds,
        double perSecond,
        long failures,
        String firstFailure,
        double clientCpuSeconds,
        Latencies.Figures latency) {
    private static final Gson JSON = new Gson();

    /** One line. */
    public String toJson() {
        return JSON.toJson(this);
    }

    public static LoadReport fromJson(String line) {
        return JSON.fromJson(line, LoadReport.class);
    }
}
