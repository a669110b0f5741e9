package org.escrowmq.api.metrics;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The keys under {@code escrow.api.admin.metrics}, checked. Each is described in {@code reference.conf}.
 *
 * @param lagTopicsMax topics whose lag one scrape may ask for
 * @param lagTopicsShownMax topics whose last known lag is shown
 */
public record MetricsSettings(
        String cluster,
        String nodeId,
        int lagTopicsMax,
        int lagTopicsShownMax,
        Duration lagTimeout,
        Duration lagRefresh) {
    /** Checks the ranges. */
    public MetricsSettings {
        within("lag-topics-max", lagTopicsMax, 100_000);
        within("lag-topics-shown-max", lagTopicsShownMax, 1_000_000);
        positive("lag-timeout", lagTimeout);
        positive("lag-refresh", lagRefresh);
    }

    /** The settings in the block {@code metrics}. */
    public static MetricsSettings of(Config metrics) {
        return new MetricsSettings(
                metrics.getString("cluster"),
                metrics.getString("node-id"),
                metrics.getInt("lag-topics-max"),
                metrics.getInt("lag-topics-shown-max"),
                metrics.getDuration("lag-timeout"),
                metrics.getDuration("lag-refresh"));
    }

    private static void within(String key, int value, int max) {
        if (value < 1 || value > max) throw invalid(key, Integer.toString(value), "1 to " + max);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) throw invalid(key, value.toString(), "more than 0");
    }

    private static IllegalArgumentException invalid(String key, String value, String range) {
        return new IllegalArgumentException(
                "escrow.api.admin.metrics." + key + " is " + value + ", but it must be " + range);
    }
}
