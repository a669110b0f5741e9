package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.transaction.CheckPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {
    private static ClusterSettings with(String line) {
        return ClusterSettings.of(ConfigFactory.parseString(line)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    }

    @Test
    void theDefaultsAreThese() {
        assertEquals(
                new ClusterSettings(
                        true,
                        1024,
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(1),
                        Duration.ofHours(3),
                        65_536,
                        8_192,
                        32L << 20,
                        512,
                        1L << 20,
                        4,
                        512L << 10,
                        48L << 20,
                        256,
                        512L << 10,
                        2_000,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(90),
                        8_192,
                        4L << 20,
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(10),
                        16_384,
                        1_024,
                        Duration.ofDays(30),
                        4_096,
                        1 << 20,
                        new CheckPolicy(6_000, 30_000, 15, 259_200_000),
                        16,
                        DelayPolicy.STANDARD),
                with(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queues-max = 0",
                "queues-max = 4097",
                "client-liveness = 999ms",
                "in-flight-max = 0",
                "queue.pending-operations-max = 0",
                "queue.pending-bytes-max = 0",
                "queue.batch-operations-max = 0",
                "queue.batch-bytes-max = 0",
                "queue.batches-in-flight-max = 17",
                "queue.read-ahead-messages = 0",
                "queue.pulls-max = 0",
                "awake-queues-max = 15",
                "awake-queues-max = 1000001",
                "duplicate-ids-max = 0",
                "queue.idle-timeout = 10ms",
                "hub.idle-timeout = 10ms",
                "hub.polls-max = -1",
                "hub.grant-bytes-max = 0",
                "queue.retention-check-interval = 0s",
                "queue.duplicate-window = -1s",
                "queue.duplicate-ids-max = 0",
                "queue.duplicate-ids-max = 1048577"
            })
    void whatIsOutOfItsRangeStopsTheStartAndNamesTheKey(String line) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> with("escrow.cluster." + line));
        assertTrue(refused.getMessage().contains("escrow.cluster." + line.split(" ")[0]), refused.getMessage());
    }
}
