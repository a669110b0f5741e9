package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RateMeterTest {
    @Test
    void comesToTheRateAndFallsToNothing() {
        RateMeter meter = new RateMeter(1_000_000);
        assertEquals(0, meter.perSecond(1_000_000));
        long now = 1_000_000;
        for (int i = 0; i < 60_000; i++) meter.add(5, now += 10);
        assertEquals(500, meter.perSecond(now), 5);
        assertEquals(500 / Math.E, meter.perSecond(now + 60_000), 5);
        assertEquals(0, meter.perSecond(now + 3_600_000), 0.001);
    }

    @Test
    void aClockThatStandsStillChangesNothing() {
        RateMeter meter = new RateMeter(50);
        meter.add(60, 50);
        meter.add(60, 50);
        assertEquals(2, meter.perSecond(50), 0.001);
        assertEquals(2, meter.perSecond(40), 0.001);
    }
}
