package org.escrowmq.cluster;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The named limits of this module, from {@code escrow.cluster} (see reference.conf for meaning, unit and range of each).
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
        Duration retentionCheckInterval) {

    /** Reads and checks {@code escrow.cluster} of a whole configuration. */
    public static ClusterSettings of(Config root) {
        Config config = root.getConfig("escrow.cluster");
        return new ClusterSettings(
                config.getBoolean("create-groups-on-use"),
                positive(config, "queues-max"),
                config.getDuration("client-liveness"),
                config.getDuration("client-release-delay"),
                config.getDuration("auto-renew-max"),
                positive(config, "in-flight-max"),
                positive(config, "queue.pending-operations-max"),
                config.getBytes("queue.pending-bytes-max"),
                positive(config, "queue.batch-operations-max"),
                config.getBytes("queue.batch-bytes-max"),
                positive(config, "queue.batches-in-flight-max"),
                config.getBytes("queue.cache-bytes-max"),
                config.getBytes("cache-bytes-max"),
                positive(config, "queue.read-ahead-messages"),
                config.getBytes("queue.read-ahead-bytes-max"),
                positive(config, "queue.snapshot-every-events"),
                config.getDuration("queue.idle-timeout"),
                config.getDuration("hub.idle-timeout"),
                positive(config, "hub.polls-max"),
                config.getBytes("hub.grant-bytes-max"),
                config.getDuration("queue.retention-check-interval"));
    }

    private static int positive(Config config, String key) {
        int value = config.getInt(key);
        if (value < 1) {
            throw new IllegalArgumentException("escrow.cluster." + key + " must be at least 1, got " + value);
        }
        return value;
    }
}
