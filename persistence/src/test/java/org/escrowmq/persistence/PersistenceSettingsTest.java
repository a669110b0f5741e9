package org.escrowmq.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins all defaults, so that a change of one is a decision and not an accident. */
class PersistenceSettingsTest {
    @Test
    void defaults() {
        PersistenceSettings expected = new PersistenceSettings(
                Path.of("data/store"),
                128L << 20,
                4 << 20,
                65536,
                64L << 20,
                Duration.ofMillis(20),
                64L << 20,
                4096,
                8L << 20,
                16 << 20,
                2,
                1L << 30,
                1152L << 20,
                true,
                Duration.ofSeconds(10),
                1L << 30,
                Duration.ofHours(1),
                32L << 20,
                25);
        assertEquals(expected, PersistenceSettings.of(ConfigFactory.load()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-bytes = 1k", "group-bytes-max = 100m", "queue-items-max = 1", "high-water-idle = 1m",
                "checkpoint-log-bytes = 1", "writers-cached = 0", "reader-threads = 0", "resume-free-bytes = 1",
                "collector.hot-bytes-max = 1", "collector.sparse-percent = 95"
            })
    void aValueOutOfRangeNamesItsKey(String line) {
        var config = ConfigFactory.parseString("escrow.persistence." + line).withFallback(ConfigFactory.load());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PersistenceSettings.of(config));
        String key = "escrow.persistence." + line.substring(0, line.indexOf(' '));
        assertTrue(String.valueOf(refused.getMessage()).contains(key), refused.getMessage());
    }
}
