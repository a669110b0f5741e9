package org.escrowmq.cluster.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private Instant clock = Instant.ofEpochMilli(1_000_000);
    private long monotonic = 50;
    private int jumps;
    private final ClockWatch watch = new ClockWatch(() -> clock, () -> monotonic, () -> jumps++);

    private void pass(long clockMillis, long monotonicMillis) {
        clock = clock.plusMillis(clockMillis);
        monotonic += monotonicMillis;
        watch.look();
    }

    @Test
    void aClockThatIsSetIsNoticedOnceEitherWay() {
        pass(250, 250);
        assertEquals(0, jumps);
        pass(3_600_250, 250);
        assertEquals(1, jumps);
        pass(250, 250);
        assertEquals(1, jumps);
        pass(-86_400_000, 250);
        assertEquals(2, jumps);
    }

    @Test
    void aClockThatDriftsIsNotSet() {
        for (int i = 0; i < 1_000; i++) pass(260, 250);
        assertEquals(0, jumps);
    }
}
