package org.escrowmq.systemtests.load;

import com.google.gson.Gson;
import java.util.List;

/**
 * What one load measured. {@code messages} succeeded in {@code seconds}; {@code failures} did not (after the client's own retries);
 * {@code clientCpuSeconds} is this process's over the same span; {@code firstFailure} is its text, or empty. {@code violations} says where a message came too often,
 * too seldom or out of order, by loads that check that; the figures are worth nothing when there are any. {@code early} is what came before its
 * time, by loads with delays.
 */
public record LoadReport(
        String load,
        long messages,
        double seconds,
        double perSecond,
        long failures,
        String firstFailure,
        double clientCpuSeconds,
        Latencies.Figures latency,
        List<String> violations,
        Early early) {
    /** Messages that came before their time, and by how much at most. */
    public record Early(long messages, double mostMillis) {
        static final Early NONE = new Early(0, 0);
    }

    private static final Gson JSON = new Gson();

    LoadReport withViolations(List<String> found) {
        return new LoadReport(
                load, messages, seconds, perSecond, failures, firstFailure, clientCpuSeconds, latency, found, early);
    }

    LoadReport withEarly(Early found) {
        return new LoadReport(
                load,
                messages,
                seconds,
                perSecond,
                failures,
                firstFailure,
                clientCpuSeconds,
                latency,
                violations,
                found);
    }

    /** One line. */
    public String toJson() {
        return JSON.toJson(this);
    }

    public static LoadReport fromJson(String line) {
        return JSON.fromJson(line, LoadReport.class);
    }
}
