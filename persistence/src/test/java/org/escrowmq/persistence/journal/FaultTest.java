package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.number;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.escrowmq.persistence.journal.JournalBed.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.WriteAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failing disk ends the journal; a full one refuses bodies and recovers alone. */
class FaultTest {
    @TempDir
    Path folder;

    private LocalJournal open(JournalBed bed, PlantedSegments planted) throws Exception {
        PersistenceSettings settings = bed.settings();
        return LocalJournal.open(
                settings,
                new JournalEnvironment(
                        Clock.systemUTC(),
                        bed.nanos::get,
                        bed.freeBytes::get,
                        planted,
                        bed.environment(settings).faults()));
    }

    @Test
    void aFailedFsyncEndsTheJournal() throws Exception {
        JournalBed bed = new JournalBed(folder);
        PlantedSegments planted = new PlantedSegments(SegmentFiles.of(bed.settings()));
        try (LocalJournal journal = open(bed, planted)) {
            Epoch epoch = claim(journal, "a");
            write(journal, "a", epoch, 1, entry("one"));
            planted.plan(PlantedSegments.Plan.DIE_AFTER, 0);
            ExecutionException failed =
                    assertThrows(ExecutionException.class, () -> write(journal, "a", epoch, 2, entry("two")));
            assertInstanceOf(JournalFaultException.class, failed.getCause());
            ExecutionException later =
                    assertThrows(ExecutionException.class, () -> write(journal, "a", epoch, 3, entry("three")));
            assertInstanceOf(JournalFaultException.class, later.getCause());
            assertThrows(ExecutionException.class, () -> claim(journal, "b"));
        }
        assertEquals(1, bed.faults.size(), "reported once: " + bed.faults);
        try (LocalJournal journal = bed.open()) {
            assertEquals(
                    List.of("1=one", "2=two"), replayed(journal, "a"), "what was unknown turned out to be written");
        }
    }

    @Test
    void lowSpaceRefusesBodiesOnlyAndRecoversAlone() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            bed.freeBytes.set(999);
            bed.nanos.addAndGet(1_000_000_000);
            assertEquals(WriteAnswer.STORAGE_FULL, write(journal, "a", epoch, 1, entry("send", "body")));
            assertFalse(journal.status().acceptsBodies());
            assertEquals(999, journal.status().freeBytes());
            assertEquals(1000, journal.status().minFreeBytes());
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", epoch, 1, entry("ack")));
            assertEquals(WriteAnswer.APPLIED, await(journal.trim(id("a"), epoch, number(1))));
            JournalSnapshot snapshot = new JournalSnapshot(number(1), 5, bytes("state"));
            assertEquals(WriteAnswer.APPLIED, await(journal.saveSnapshot(id("a"), epoch, snapshot)));
            Epoch again = claim(journal, "a");
            bed.freeBytes.set(1500);
            bed.nanos.addAndGet(1_000_000_000);
            assertEquals(WriteAnswer.STORAGE_FULL, write(journal, "a", again, 2, entry("send", "body")), "not yet");
            bed.freeBytes.set(2000);
            bed.nanos.addAndGet(1_000_000_000);
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", again, 2, entry("send", "body")));
        }
        assertEquals(List.of(), bed.faults);
    }

    @Test
    void noRoomForASegmentIsNoFault() throws Exception {
        JournalBed bed = new JournalBed(folder);
        PlantedSegments planted = new PlantedSegments(SegmentFiles.of(bed.settings()));
        try (LocalJournal journal = open(bed, planted)) {
            Epoch epoch = claim(journal, "a");
            planted.plan(PlantedSegments.Plan.FULL, 0);
            assertEquals(WriteAnswer.STORAGE_FULL, write(journal, "a", epoch, 1, entry("one", "body")));
            assertThrows(ExecutionException.class, () -> claim(journal, "b"));
            planted.plan(PlantedSegments.Plan.NOTHING, 0);
            assertEquals(WriteAnswer.GAP, write(journal, "a", epoch, 2, entry("two", "body")));
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", epoch, 1, entry("one", "body")));
            assertEquals(1, claim(journal, "b").value());
        }
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of("1=one"), replayed(journal, "a"));
            assertTrue(journal.status().fenced().isEmpty());
        }
        assertEquals(List.of(), bed.faults);
    }
}
