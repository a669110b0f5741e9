package org.escrowmq.cluster;

import com.typesafe.config.Config;
import java.time.Duration;
import org.escrowmq.delay.DelayDecider;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.transaction.CheckPolicy;

/**
 * The named limits of this module, from {@code escrow.cluster} and {@code escrow.delay-scheduler} (see reference.conf for meaning, unit and range of each).
 */
public record ClusterSettings(
        boolean createGroupsOnUse,
        int queuesMax,
        Duration clientLiveness,
        Duration clientReleaseDelay,
        Duration autoRenewMax,
        int inFlightMax,
        int pendingOperationsMax,
        long pendingBytesMax,
        int batchOperationsMax,
        long batchBytesMax,
        int batchesInFlightMax,
        long cacheBytesMax,
        long cacheNodeBytesMax,
        int readAheadMessages,
        long readAheadBytesMax,
        int snapshotEveryEvents,
        Duration idleQueueTimeout,
        Duration idleHubTimeout,
        int pollsPerGroupMax,
        long grantBytesMax,
        Duration retentionCheckInterval,
        Duration duplicateWindow,
        int duplicateIdsMax,
        int pullsMax,
        Duration deadLetterRetention,
        int awakeQueuesMax,
        int duplicateIdsNodeMax,
        CheckPolicy checks,
        int checksPerClientMax,
        DelayPolicy delays) {

    private static final Duration DELAY_MOST = Duration.ofDays(3_650);

    /** Reads and checks {@code escrow.cluster} and {@code escrow.delay-scheduler} of a whole configuration. */
    public static ClusterSettings of(Config root) {
        Config config = root.getConfig("escrow.cluster");
        return new ClusterSettings(
                config.getBoolean("create-groups-on-use"),
                between(config, "queues-max", 1, 4096),
                atLeast(config, "client-liveness", Duration.ofSeconds(1)),
                atLeast(config, "client-release-delay", Duration.ZERO),
                atLeast(config, "auto-renew-max", Duration.ofSeconds(1)),
                positive(config, "in-flight-max"),
                positive(config, "queue.pending-operations-max"),
                bytes(config, "queue.pending-bytes-max"),
                positive(config, "queue.batch-operations-max"),
                bytes(config, "queue.batch-bytes-max"),
                between(config, "queue.batches-in-flight-max", 1, 16),
                bytes(config, "queue.cache-bytes-max"),
                bytes(config, "cache-bytes-max"),
                positive(config, "queue.read-ahead-messages"),
                bytes(config, "queue.read-ahead-bytes-max"),
                positive(config, "queue.snapshot-every-events"),
                atLeast(config, "queue.idle-timeout", Duration.ofSeconds(1)),
                atLeast(config, "hub.idle-timeout", Duration.ofSeconds(1)),
                positive(config, "hub.polls-max"),
                bytes(config, "hub.grant-bytes-max"),
                atLeast(config, "queue.retention-check-interval", Duration.ofMillis(100)),
                atLeast(config, "queue.duplicate-window", Duration.ZERO),
                between(config, "queue.duplicate-ids-max", 1, 1 << 20),
                positive(config, "queue.pulls-max"),
                atLeast(config, "dead-letter-retention", Duration.ofSeconds(1)),
                between(config, "awake-queues-max", 16, 1_000_000),
                positive(config, "duplicate-ids-max"),
                checks(config),
                positive(config, "transaction.checks-per-client-max"),
                delays(root.getConfig("escrow.delay-scheduler")));
    }

    private static CheckPolicy checks(Config config) {
        return new CheckPolicy(
                atLeast(config, "transaction.immunity", Duration.ZERO).toMillis(),
                atLeast(config, "transaction.check-interval", Duration.ofMillis(100))
                        .toMillis(),
                positive(config, "transaction.checks-max"),
                atLeast(config, "transaction.max-open", Duration.ofSeconds(1)).toMillis());
    }

    private static DelayPolicy delays(Config config) {
        Duration maxDelay = config.getDuration("max-delay");
        if (maxDelay.compareTo(Duration.ofSeconds(1)) < 0 || maxDelay.compareTo(DELAY_MOST) > 0) {
            throw new IllegalArgumentException(DelayDecider.MAX_DELAY_KEY + " must be 1 s to " + DELAY_MOST.toDays()
                    + " days, got " + maxDelay.toMillis() + " ms");
        }
        return new DelayPolicy(
                maxDelay,
                delaySize(config, "due-at-once", 1, 10_000),
                config.getDuration("read-ahead"),
                config.getBytes("read-ahead-bytes-max"));
    }

    private static int delaySize(Config config, String key, int min, int max) {
        int value = config.getInt(key);
        if (value >= min && value <= max) return value;
        throw new IllegalArgumentException(
                "escrow.delay-scheduler." + key + " must be " + min + " to " + max + ", got " + value);
    }

    private static int positive(Config config, String key) {
        return between(config, key, 1, Integer.MAX_VALUE);
    }

    private static int between(Config config, String key, int min, int max) {
        int value = config.getInt(key);
        if (value >= min && value <= max) return value;
        throw outOfRange(key, max == Integer.MAX_VALUE ? "at least " + min : min + " to " + max, value);
    }

    private static long bytes(Config config, String key) {
        long value = config.getBytes(key);
        if (value >= 1) return value;
        throw outOfRange(key, "at least 1 byte", value);
    }

    private static Duration atLeast(Config config, String key, Duration min) {
        Duration value = config.getDuration(key);
        if (value.compareTo(min) >= 0) return value;
        throw outOfRange(key, "at least " + min.toMillis() + " ms", value);
    }

    private static IllegalArgumentException outOfRange(String key, String range, Object value) {
        return new IllegalArgumentException("escrow.cluster." + key + " must be " + range + ", got " + value);
    }
}
