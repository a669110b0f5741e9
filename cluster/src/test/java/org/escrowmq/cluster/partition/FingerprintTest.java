package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The values are on disk and decide the queue of a message: they never change. */
class FingerprintTest {
    @Test
    void goldenValues() {
        assertEquals(0xf52a15e9a9b5e89bL, Fingerprint.of(""));
        assertEquals(0x02c0bdbf481420f8L, Fingerprint.of("a"));
        assertEquals(0xddf7d8551fc65874L, Fingerprint.of("01A2B3C4D5E6F7"));
        assertEquals(0x2732f8a5a6752365L, Fingerprint.of("Schlüssel €"));
    }

    @Test
    void idsThatDifferLittleSpreadOverQueuesAndDoNotCollide() {
        int[] queues = new int[7];
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 70_000; i++) {
            long fingerprint = Fingerprint.of("order-" + i);
            assertTrue(fingerprint != 0 && seen.add(fingerprint));
            queues[(int) Long.remainderUnsigned(fingerprint, queues.length)]++;
        }
        for (int count : queues) assertTrue(count > 9_500 && count < 10_500, "" + count);
    }
}
