package org.escrowmq.systemtests.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker of delayed messages sees each one that is early, lost, doubled or unwanted. */
class DeliveriesTest {
    private final NumberedDelay messages = new NumberedDelay("t", 100);
    private final Deliveries deliveries = new Deliveries(3);

    @Test
    void onceEachInTime() {
        for (int number = 0; number < 3; number++) {
            deliveries.received(messages.due(number, 1_000 + number), 1_002 + number * 10L);
        }
        assertEquals(List.of(), deliveries.findings());
        assertEquals(List.of(), deliveries.notOnce(3));
        assertEquals(3, deliveries.arrived());
        assertEquals(2, deliveries.arrived(1, 3));
        assertEquals(20, deliveries.lateMillis().getMaxValue());
    }

    @Test
    void earlyAndUnwantedOnes() {
        deliveries.received(messages.due(0, 1_000), 999);
        deliveries.received(messages.due(3, 1_000), 1_000);
        assertEquals(
                List.of("message 0 came 1 ms before its time", "message 3 came, which must not come yet"),
                deliveries.findings());
    }

    @Test
    void lostAndDoubledOnes() {
        for (int number : List.of(0, 1, 1)) deliveries.received(messages.due(number, 1_000), 1_000);
        assertEquals(2, deliveries.arrived());
        assertEquals(List.of("message 1 came 2 times", "message 2 came 0 times"), deliveries.notOnce(3));
    }

    @Test
    void ofManyTheFirstAreShown() {
        for (int i = 0; i < 15; i++) deliveries.received(messages.due(0, 1_000), 0);
        assertEquals(11, deliveries.findings().size());
        assertEquals("and 5 more such", deliveries.findings().get(10));
    }

    @Test
    void aClockThatHasJumpedBackAllowsWhatItShowedBefore(@TempDir Path folder) {
        FakeClock clock = new FakeClock(folder);
        clock.jump(Duration.ofHours(2));
        clock.jump(Duration.ofHours(-1));
        long ahead = clock.latestEpochMillis() - System.currentTimeMillis();
        assertEquals(Duration.ofHours(2).toMillis(), ahead, 1_000);
        assertEquals(Duration.ofHours(1).toMillis(), clock.epochMillis() - System.currentTimeMillis(), 1_000);
    }
}
