package org.escrowmq.systemtests.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param most what it may be at most; null where that was not promised
 * @param least what it has to be at least; null where that was not promised
 */
public record Measured(
        String what,
        double value,
        String unit,
        @Nullable Double most,
        @Nullable Double least) {
    /** One of which nothing was promised. */
    public static Measured of(String what, double value, String unit) {
        return new Measured(what, value, unit, null, null);
    }

    /** One that may be at most so much. */
    public static Measured atMost(double most, String what, double value, String unit) {
        return new Measured(what, value, unit, most, null);
    }

    /** One that has to be at least so much. */
    public static Measured atLeast(double least, String what, double value, String unit) {
        return new Measured(what, value, unit, null, least);
    }

    /** Whether the promise holds; true where there is none. */
    public boolean holds() {
        return (most == null || value <= most) && (least == null || value >= least);
    }

    /** One line of the table. */
    public String line() {
        String limit = (most == null ? "" : "<= " + number(most)) + (least == null ? "" : ">= " + number(least));
        String promise = limit.isEmpty() ? "" : limit + (holds() ? "  holds" : "  MISSED");
        return String.format(Locale.ROOT, "%-58s %14s %-6s %s", what, number(value), unit, promise);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
    }
}
