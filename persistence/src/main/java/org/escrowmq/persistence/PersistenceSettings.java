package org.escrowmq.persistence;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The keys {@code escrow.persistence.*}, checked. The meaning of each stands in this module's reference.conf.
 *
 * @param directory the store's folder
 */
public record PersistenceSettings(
        Path directory,
        long segmentBytes,
        int groupBytesMax,
        int queueItemsMax,
        long queueBytesMax,
        Duration highWaterIdle,
        long checkpointLogBytes,
        int writersCached,
        long tableCacheBytes,
        int tableWriteBufferBytes,
        int readerThreads,
        long minFreeBytes,
        long resumeFreeBytes,
        boolean collectorEnabled,
        Duration collectorInterval,
        long hotBytesMax,
        Duration hotAgeMax,
        long collectorBytesPerSecond,
        int sparsePercent) {
    private static final long MIB = 1024 * 1024;

    /** Checks the ranges. */
    public PersistenceSettings {
        range("segment-bytes", segmentBytes, 512 * 1024, 255 * MIB);
        range("group-bytes-max", groupBytesMax, 64 * 1024, Math.min(6 * MIB, segmentBytes / 2));
        range("queue-items-max", queueItemsMax, 16, 1_000_000);
        range("queue-bytes-max", queueBytesMax, groupBytesMax, 1024 * MIB);
        range("high-water-idle", highWaterIdle.toMillis(), 1, 10_000);
        range("checkpoint-log-bytes", checkpointLogBytes, 64 * 1024, 16 * 1024 * MIB);
        range("writers-cached", writersCached, 1, 10_000_000);
        range("table-cache-bytes", tableCacheBytes, MIB, 4096 * MIB);
        range("table-write-buffer-bytes", tableWriteBufferBytes, 64 * 1024, 256 * MIB);
        range("reader-threads", readerThreads, 1, 256);
        range("min-free-bytes", minFreeBytes, 0, Long.MAX_VALUE);
        range("resume-free-bytes", resumeFreeBytes, minFreeBytes, Long.MAX_VALUE);
        range("collector.interval", collectorInterval.toMillis(), 10, 86_400_000);
        range("collector.hot-bytes-max", hotBytesMax, segmentBytes, Long.MAX_VALUE);
        range("collector.hot-age-max", hotAgeMax.toMillis(), 1_000, Long.MAX_VALUE);
        range("collector.bytes-per-second", collectorBytesPerSecond, 64 * 1024, Long.MAX_VALUE);
        range("collector.sparse-percent", sparsePercent, 0, 90);
    }

    /** Reads {@code escrow.persistence} of a configuration that holds this module's reference.conf. */
    public static PersistenceSettings of(Config config) {
        Config keys = config.getConfig("escrow.persistence");
        Config collector = keys.getConfig("collector");
        return new PersistenceSettings(
                Path.of(keys.getString("directory")),
                keys.getBytes("segment-bytes"),
                Math.toIntExact(keys.getBytes("group-bytes-max")),
                keys.getInt("queue-items-max"),
                keys.getBytes("queue-bytes-max"),
                keys.getDuration("high-water-idle"),
                keys.getBytes("checkpoint-log-bytes"),
                keys.getInt("writers-cached"),
                keys.getBytes("table-cache-bytes"),
                Math.toIntExact(keys.getBytes("table-write-buffer-bytes")),
                keys.getInt("reader-threads"),
                keys.getBytes("min-free-bytes"),
                keys.getBytes("resume-free-bytes"),
                collector.getBoolean("enabled"),
                collector.getDuration("interval"),
                collector.getBytes("hot-bytes-max"),
                collector.getDuration("hot-age-max"),
                collector.getBytes("bytes-per-second"),
                collector.getInt("sparse-percent"));
    }

    private static void range(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "escrow.persistence." + key + " is " + value + "; it must be from " + min + " to " + max);
        }
    }
}
