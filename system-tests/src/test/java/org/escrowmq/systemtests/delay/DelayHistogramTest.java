package org.escrowmq.systemtests.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the command line prints is read. */
class DelayHistogramTest {
    @Test
    void countsByHourAndHoursWithoutAnyAreLeftOut() {
        DelayHistogram histogram = DelayHistogram.parse("""
                {"topic": "t", "waiting": 7, "by": "hour", "due": [
                  {"from": "2026-11-26T13:00:00Z", "messages": 4},
                  {"from": "2026-11-26T14:00:00Z", "messages": 0},
                  {"from": "2026-11-26T15:00:00Z", "messages": 3}]}
                """);
        assertEquals(
                new DelayHistogram(
                        7,
                        Map.of(Instant.parse("2026-11-26T13:00:00Z"), 4L, Instant.parse("2026-11-26T15:00:00Z"), 3L)),
                histogram);
    }

    @Test
    void nothingWaits() {
        assertEquals(new DelayHistogram(0, Map.of()), DelayHistogram.parse("{\"waiting\": 0, \"due\": []}"));
    }
}
