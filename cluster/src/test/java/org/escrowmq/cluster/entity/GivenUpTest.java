package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.escrowmq.cluster.partition.BatchRow;
import org.junit.jupiter.api.Test;

class GivenUpTest {
    private final GivenUp givenUp = new GivenUp();

    private static BatchRow inEntry(long sequenceNumber) {
        return new BatchRow(0, sequenceNumber, 1, 0, 10, 0);
    }

    @Test
    void theJournalIsTrimmedAsFarAsASnapshotCoversIt() {
        assertEquals(0, givenUp.trimmableUpTo(100));
        givenUp.durable(inEntry(7));
        givenUp.durable(inEntry(5));
        assertTrue(givenUp.wantsSnapshot());
        givenUp.snapshotTaken();
        assertFalse(givenUp.wantsSnapshot());
        assertEquals(6, givenUp.trimmableUpTo(6));
        assertEquals(7, givenUp.trimmableUpTo(8));
        assertEquals(0, givenUp.trimmableUpTo(9), "it is done");
    }

    @Test
    void rowsOfAPurgeStayUntilTheJournalIsTrimmed() {
        givenUp.purgeDecided();
        assertTrue(givenUp.rowsLeft());
        assertEquals(0, givenUp.trimmableUpTo(6), "a snapshot from before the purge is durable");
        assertFalse(givenUp.rowsMayGo());
        givenUp.durable(inEntry(7));
        assertEquals(6, givenUp.trimmableUpTo(6));
        assertFalse(givenUp.rowsMayGo());
        assertEquals(7, givenUp.trimmableUpTo(8));
        assertTrue(givenUp.rowsMayGo());
        givenUp.rowsGone();
        assertFalse(givenUp.rowsLeft());
        assertFalse(givenUp.rowsMayGo());
    }
}
