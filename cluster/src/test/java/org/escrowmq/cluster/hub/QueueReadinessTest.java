package org.escrowmq.cluster.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QueueReadinessTest {
    private final QueueReadiness queues = new QueueReadiness();

    private void ready(int count, int... signalled) {
        queues.resize(count);
        for (int queue : signalled) queues.signalled(queue);
    }

    @Test
    void nothingIsReadyAtFirst() {
        assertEquals(-1, queues.ask(-1));
        ready(3);
        assertFalse(queues.anyReady());
        assertEquals(-1, queues.ask(2));
    }

    @Test
    void readyQueuesAreAskedInRotationAndOneAtATime() {
        ready(4, 0, 1, 3);
        assertEquals(0, queues.ask(-1));
        assertEquals(1, queues.ask(-1));
        queues.granted(0, true);
        assertEquals(3, queues.ask(-1));
        assertEquals(0, queues.ask(-1));
        assertEquals(-1, queues.ask(-1));
    }

    @Test
    void thePreferredQueueComesFirstWhereItIsReady() {
        ready(4, 0, 2);
        assertEquals(2, queues.ask(2));
        assertEquals(0, queues.ask(2));
        assertEquals(-1, queues.ask(2));
    }

    @Test
    void aSignalDuringAGrantThatFoundNoMoreIsKept() {
        ready(1, 0);
        assertEquals(0, queues.ask(-1));
        queues.signalled(0);
        assertFalse(queues.anyReady(), "it is being asked");
        queues.granted(0, false);
        assertTrue(queues.anyReady());
    }

    @Test
    void anEmptyQueueWaitsForItsSignal() {
        ready(1, 0);
        queues.ask(-1);
        queues.granted(0, false);
        assertFalse(queues.anyReady());
    }

    @Test
    void aLostQueueIsUnknownUntilItSignals() {
        ready(2, 0, 1);
        assertEquals(0, queues.ask(0));
        queues.lost(0);
        assertEquals(1, queues.ask(-1));
        assertEquals(-1, queues.ask(0));
        queues.signalled(0);
        assertEquals(0, queues.ask(-1));
    }

    @Test
    void queuesThatAreAddedLeaveTheOthersAsTheyAre() {
        ready(2, 1);
        assertEquals(1, queues.ask(-1));
        queues.resize(3);
        queues.signalled(2);
        assertEquals(2, queues.ask(-1));
        queues.granted(1, true);
        assertEquals(1, queues.ask(-1));
    }
}
