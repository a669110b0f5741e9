package org.escrowmq.api.messaging;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Times on the wire and as milliseconds. Values beyond a long's milliseconds saturate. */
final class WireTimes {
    private WireTimes() {}

    static Timestamp timestamp(long epochMillis) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(epochMillis, 1000L))
                .setNanos((int) Math.floorMod(epochMillis, 1000L) * 1_000_000)
                .build();
    }

    static long epochMillis(Timestamp timestamp) {
        return millis(timestamp.getSeconds(), timestamp.getNanos());
    }

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static long millis(Duration duration) {
        return millis(duration.getSeconds(), duration.getNanos());
    }

    private static long millis(long seconds, int nanos) {
        if (seconds > Long.MAX_VALUE / 1000 - 1) return Long.MAX_VALUE;
        if (seconds < Long.MIN_VALUE / 1000 + 1) return Long.MIN_VALUE;
        return seconds * 1000 + nanos / 1_000_000;
    }
}
