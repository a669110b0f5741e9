package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.number;
import static org.escrowmq.persistence.journal.JournalBed.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.tables.Checkpoints;
import org.escrowmq.persistence.tables.Folders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever happens to the files of the tables: the next start has the same rows. */
class TablesDamageTest {
    private static final Table TABLE = new Table(16, "test");

    @TempDir
    Path folder;

    private PersistenceSettings settings() {
        return JournalBed.settings(folder, 512 * 1024, 128 * 1024);
    }

    @ParameterizedTest(name = "{0} {1} in {2} checkpoints")
    @CsvSource({
        "CURRENT,flip,1", "CURRENT,truncate,1", "CURRENT,delete,1", "CURRENT,flip,2",
        "MANIFEST,flip,1", "MANIFEST,truncate,1", "MANIFEST,delete,1", "MANIFEST,delete,2",
        ".sst,flip,1", ".sst,truncate,1", ".sst,delete,1", ".sst,flip,2",
        ".log,flip,1", ".log,truncate,1", ".log,delete,1", ".log,truncate,2",
        "CHECKPOINT,flip,1", "CHECKPOINT,truncate,1", "CHECKPOINT,delete,1", "CHECKPOINT,delete,2"
    })
    void anAccidentChangesNothing(String file, String accident, int checkpoints) throws Exception {
        JournalBed bed = new JournalBed(folder);
        TreeMap<String, String> before;
        try (LocalJournal journal = bed.open(settings())) {
            fill(journal);
            before = rows(journal);
        }
        List<Long> present = new Checkpoints(folder.resolve("tables")).present();
        assertEquals(2, present.size());
        for (int i = 0; i < checkpoints; i++) {
            happen(folder.resolve("tables").resolve("checkpoint-" + present.get(i)), file, accident);
        }
        try (LocalJournal journal = bed.open(settings())) {
            assertEquals(before, rows(journal));
            assertTrue(journal.status().fenced().isEmpty());
            write(journal, "w1", claim(journal, "w1"), 41, entry("goes on"));
        }
        try (LocalJournal journal = bed.open(settings())) {
            assertEquals(41, await(journal.claim(id("w1"))).highest().value());
        }
        assertEquals(List.of(), bed.faults);
    }

    private static void fill(LocalJournal journal) throws Exception {
        for (int w = 0; w < 5; w++) {
            Epoch epoch = claim(journal, "w" + w);
            for (int n = 1; n <= 40; n++) {
                byte[] value = new byte[500];
                new java.util.Random(w * 1000L + n).nextBytes(value);
                write(
                        journal,
                        "w" + w,
                        epoch,
                        n,
                        entry(
                                "h" + n,
                                List.of(bytes("x".repeat(3000))),
                                new TableOperation.Put(TABLE, new byte[] {(byte) n}, value),
                                new TableOperation.WakeAt(n)));
            }
            await(journal.trim(id("w" + w), epoch, number(w)));
            await(journal.saveSnapshot(id("w" + w), epoch, new JournalSnapshot(number(40), 1, bytes("s"))));
        }
        await(journal.delete(id("w4"), claim(journal, "w4")));
    }

    /** All rows but the store's own figures. */
    private static TreeMap<String, String> rows(LocalJournal journal) {
        TreeMap<String, String> rows = new TreeMap<>();
        journal.store().tables().scan(new byte[0], new byte[] {0}, (address, value) -> {
            if (address[0] != JournalTable.STORE) {
                rows.put(HexFormat.of().formatHex(address), HexFormat.of().formatHex(value));
            }
            return true;
        });
        return rows;
    }

    private static void happen(Path checkpoint, String name, String accident) throws Exception {
        List<Path> files = Folders.files(checkpoint).stream()
                .filter(path -> path.getFileName().toString().contains(name))
                .toList();
        assertFalse(files.isEmpty(), "no " + name + " in " + checkpoint);
        Path file = files.get(files.size() - 1);
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        if (accident.equals("delete")) return;
        if (accident.equals("flip")) content[content.length / 2] ^= 4;
        Files.write(file, accident.equals("flip") ? content : java.util.Arrays.copyOf(content, content.length / 2));
    }
}
