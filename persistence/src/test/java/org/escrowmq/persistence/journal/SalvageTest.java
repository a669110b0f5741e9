package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.escrowmq.persistence.journal.JournalBed.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.FencedException;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.tables.Folders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One flipped bit: found, named, fenced, and opened again by an operator who accepts the loss. */
class SalvageTest {
    @TempDir
    Path folder;

    private long fill(JournalBed bed) throws Exception {
        long position;
        try (LocalJournal journal = bed.open()) {
            Epoch good = claim(journal, "good");
            Epoch bad = claim(journal, "bad");
            for (int n = 1; n <= 5; n++) {
                write(journal, "good", good, n, entry("g" + n, "body"));
                write(journal, "bad", bad, n, entry("b" + n, "body"));
            }
            EntryRow row = EntryRow.decode(journal.store()
                    .tables()
                    .get(JournalTable.entry(journal.store().numbers().of(id("bad")), 3)));
            position = row.positions()[0];
            for (int n = 6; n <= 8; n++) write(journal, "good", good, n, entry("g" + n, "body"));
        }
        return position;
    }

    private void flip(long position) throws IOException {
        LogPosition at = new LogPosition(position);
        Path file = folder.resolve("log").resolve("hot").resolve("%08d.seg".formatted(at.segment()));
        byte[] content = Files.readAllBytes(file);
        content[at.offset() + 110] ^= 1;
        Files.write(file, content);
    }

    @Test
    void damageBehindTheCheckpointIsMetByAReader() throws Exception {
        JournalBed bed = new JournalBed(folder);
        flip(fill(bed));
        try (LocalJournal journal = bed.open()) {
            FencedException met = assertThrows(FencedException.class, () -> replayed(journal, "bad"));
            assertEquals(id("bad"), met.id());
            assertEquals(8, replayed(journal, "good").size());
            assertThrows(ExecutionException.class, () -> claim(journal, "bad"));
            assertEquals(List.of(id("bad")), journal.status().fenced());
        }
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of(id("bad")), journal.status().fenced(), "a fence outlives the process");
        }
    }

    @Test
    void checkNamesAndSalvageOpens() throws Exception {
        JournalBed bed = new JournalBed(folder);
        assertTrue(checkAfter(bed, () -> fill(bed)).sound());
        long position = fillAgain(bed);
        flip(position);
        Folders.remove(folder.resolve("tables"));
        JournalCheck.Report report = JournalCheck.run(folder);
        assertFalse(report.sound());
        JournalCheck.Damage damage = report.damages().get(0);
        assertTrue(damage.file().endsWith("00000000.seg"), damage.file());
        assertTrue(damage.from() <= new LogPosition(position).offset(), "from " + damage.from());
        assertEquals(List.of(id("bad")), damage.suspects());

        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of(id("bad")), journal.status().fenced());
            Epoch good = claim(journal, "good");
            assertEquals(WriteAnswer.APPLIED, write(journal, "good", good, 9, entry("g9")));
            assertEquals(WriteAnswer.FENCED, write(journal, "bad", new Epoch(1), 6, entry("b6")));
        }
        JournalSalvage.Report salvaged = JournalSalvage.run(bed.settings(), bed.environment(bed.settings()));
        assertEquals(1, salvaged.losses().size());
        assertEquals(new PersistenceId("bad"), salvaged.losses().get(0).id());
        assertEquals(List.of(3L), salvaged.losses().get(0).numbers());
        checkSalvaged(bed);
        Folders.remove(folder.resolve("tables"));
        checkSalvaged(bed);
    }

    private interface Step {
        long run() throws Exception;
    }

    private JournalCheck.Report checkAfter(JournalBed bed, Step step) throws Exception {
        step.run();
        return JournalCheck.run(bed.folder);
    }

    private long fillAgain(JournalBed bed) throws Exception {
        Folders.remove(folder.resolve("tables"));
        Folders.remove(folder.resolve("log"));
        return fill(bed);
    }

    private void checkSalvaged(JournalBed bed) throws Exception {
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of(), journal.status().fenced());
            assertEquals(
                    List.of("1=b1", "2=b2", "4=b4", "5=b5"),
                    replayed(journal, "bad").subList(0, 4));
            Epoch bad = claim(journal, "bad");
            long next = await(journal.claim(id("bad"))).highest().value() + 1;
            assertEquals(WriteAnswer.REFUSED, write(journal, "bad", bad, next, entry("b")), "claimed again above");
        }
    }

    @Test
    void aRunningStoreIsNotChecked() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            assertThrows(IOException.class, () -> JournalCheck.run(folder));
            assertEquals(List.of(), journal.status().fenced());
        }
    }
}
