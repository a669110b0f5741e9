package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("conformance")
class PollingTimeTest {
    private static final MessagingSettings.LongPoll BOUNDS =
            new MessagingSettings.LongPoll(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(500));

    private static PollingTime of(@Nullable Long askedMillis, @Nullable Long remainingMillis, String version) {
        return PollingTime.of(
                askedMillis == null ? null : Duration.ofMillis(askedMillis),
                remainingMillis == null ? null : Duration.ofMillis(remainingMillis),
                Duration.ofSeconds(3),
                version,
                BOUNDS);
    }

    private static long millis(PollingTime time) {
        assertNull(time.refusal());
        return assertNotNullTime(time).toMillis();
    }

    private static Duration assertNotNullTime(PollingTime time) {
        Duration duration = time.time();
        assertNotNull(duration);
        return duration;
    }

    @ParameterizedTest(name = "92, 96: asked {0} ms, {1} ms left: waits {2} ms")
    @CsvSource({
        "10000, 13000, 10000",
        "60000, 63000, 20000",
        "20000, 23000, 20000",
        "1, 23000, 5000",
        "0, 8000, 5000",
        "30000, 6000, 5500"
    })
    void clamped(long asked, long remaining, long expected) {
        assertEquals(expected, millis(of(asked, remaining, "5.2.0")));
    }

    @ParameterizedTest(name = "97: client {0} gets {1} when 2 s are left")
    @CsvSource({
        "5.2.0, ILLEGAL_POLLING_TIME",
        "5.0.3, ILLEGAL_POLLING_TIME",
        "5.0.2, BAD_REQUEST",
        "4.9.9, BAD_REQUEST",
        "'', ILLEGAL_POLLING_TIME",
        "nonsense, ILLEGAL_POLLING_TIME",
        "5.0.8-SNAPSHOT, ILLEGAL_POLLING_TIME"
    })
    void tooLittleLeft(String version, Code expected) {
        PollingTime time = of(20_000L, 2_000L, version);
        assertNull(time.time());
        Status refusal = time.refusal();
        assertNotNull(refusal);
        assertEquals(expected, refusal.getCode());
        assertTrue(refusal.getMessage().contains("2000 ms"), refusal.getMessage());
    }

    @Test
    @DisplayName("98: without a wish it is the deadline less half a request timeout")
    void oldClient() {
        assertEquals(20_000, millis(of(null, 23_000L, "5.0.2")));
        assertEquals(8_500, millis(of(null, 10_000L, "5.0.2")));
    }

    @Test
    @DisplayName("99: a deadline equal to the wish leaves the reserve, also at the least wish")
    void deadlineEqualsWish() {
        assertEquals(19_490, millis(of(20_000L, 19_990L, "5.2.0")));
        assertEquals(4_490, millis(of(5_000L, 4_990L, "5.2.0")));
    }

    @Test
    void noDeadline() {
        assertEquals(20_000, millis(of(null, null, "5.2.0")));
        assertEquals(7_000, millis(of(7_000L, null, "5.2.0")));
    }

    @Test
    void sixtyYears() {
        assertEquals(20_000, millis(of(Long.MAX_VALUE, Duration.ofDays(60 * 365).toMillis(), "5.2.0")));
    }
}
