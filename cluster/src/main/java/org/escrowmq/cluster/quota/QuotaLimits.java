package org.escrowmq.cluster.quota;

/**
 * What one topic, group or client may have. 0 stands for no limit.
 *
 * @param messagesPerSecond messages, on average; a burst of what the burst time brings may come at once
 * @param bytesPerSecond bytes of bodies as they travel, likewise
 * @param inFlight messages under way: sent without an answer yet, or for a group leased or waiting to be delivered again, on one topic
 */
public record QuotaLimits(long messagesPerSecond, long bytesPerSecond, int inFlight) {
    /** Limits nothing. */
    public static final QuotaLimits NONE = new QuotaLimits(0, 0, 0);

    /** The largest rate that can be set: more than a node can do, so that sums do not overflow. */
    public static final long RATE_MAX = 1L << 40;

    /** Rejects what is out of range. */
    public QuotaLimits {
        require("messages per second", messagesPerSecond, RATE_MAX);
        require("bytes per second", bytesPerSecond, RATE_MAX);
        require("in flight", inFlight, Integer.MAX_VALUE);
    }

    /** Whether it limits nothing. */
    public boolean isNone() {
        return messagesPerSecond == 0 && bytesPerSecond == 0 && inFlight == 0;
    }

    private static void require(String what, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " of a quota must be 0 (no limit) to " + max + ", got " + value);
        }
    }
}
