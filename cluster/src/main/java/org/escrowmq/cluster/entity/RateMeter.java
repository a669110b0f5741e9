package org.escrowmq.cluster.entity;

/** Events a second, averaged over about a minute (exponentially). Owned by one thread. */
final class RateMeter {
    private static final double WINDOW_MILLIS = 60_000;

    private double perMilli;
    private long lastMillis;

    RateMeter(long nowMillis) {
        this.lastMillis = nowMillis;
    }

    void add(long count, long nowMillis) {
        decay(nowMillis);
        perMilli += count / WINDOW_MILLIS;
    }

    double perSecond(long nowMillis) {
        decay(nowMillis);
        return perMilli * 1_000;
    }

    private void decay(long nowMillis) {
        long passed = nowMillis - lastMillis;
        if (passed <= 0) return;
        perMilli *= Math.exp(-passed / WINDOW_MILLIS);
        lastMillis = nowMillis;
    }
}
