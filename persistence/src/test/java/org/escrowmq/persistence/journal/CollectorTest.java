package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.number;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.escrowmq.persistence.journal.JournalBed.text;
import static org.escrowmq.persistence.journal.JournalBed.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.tables.Folders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old segments go; what is wanted stays readable, also after a start from a checkpoint, the image, or without tables. */
class CollectorTest {
    private static final Table TABLE = new Table(20, "kept");
    private static final int ENTRIES = 120;
    private static final int BODY_BYTES = 20_000;

    @TempDir
    Path folder;

    private PersistenceSettings settings() {
        return JournalBed.settings(folder, 512 * 1024, 128 * 1024);
    }

    private static ByteBuffer body(int number) {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES);
        while (body.hasRemaining()) body.putInt(number);
        return body.flip();
    }

    /** Two writers: one keeps everything, the other only its end and a pinned entry. */
    private static void fill(LocalJournal journal) throws Exception {
        Epoch keeps = claim(journal, "keeps");
        Epoch trims = claim(journal, "trims");
        await(journal.saveSnapshot(id("keeps"), keeps, new JournalSnapshot(number(0), 9, bytes("first state"))));
        for (int n = 1; n <= ENTRIES; n++) {
            RetentionClass retention = n % 2 == 0 ? RetentionClass.DAY : RetentionClass.MONTH;
            TableOperation put = new TableOperation.Put(TABLE, new byte[] {(byte) n}, new byte[] {(byte) n});
            await(journal.write(
                    id("keeps"),
                    keeps,
                    number(n),
                    new JournalEntry(bytes("k" + n), List.of(body(n)), List.of(put), retention)));
            write(journal, "trims", trims, n, entry("t" + n, List.of(body(-n))));
        }
        write(journal, "trims", trims, ENTRIES + 1, entry("pin", List.of(), new TableOperation.Pin(3)));
        await(journal.trim(id("trims"), trims, number(ENTRIES)));
    }

    private static void check(LocalJournal journal) {
        assertEquals(List.of(), journal.status().fenced());
        assertEquals(ENTRIES, replayed(journal, "keeps").size());
        assertEquals(List.of((ENTRIES + 1) + "=pin"), replayed(journal, "trims"));
        List<BlobReference> all = new ArrayList<>();
        for (int n = 1; n <= ENTRIES; n++) all.add(new BlobReference(n, 0));
        var bodies = journal.readBlobsHere(id("keeps"), all);
        for (int n = 1; n <= ENTRIES; n++) {
            assertEquals(body(n), bodies.get(n - 1).orElseThrow());
            assertEquals(
                    n,
                    journal.tables()
                            .get(id("keeps"), TABLE, new byte[] {(byte) n})
                            .orElseThrow()[0]);
        }
        var trimmed = journal.readBlobsHere(id("trims"), all);
        for (int n = 1; n <= ENTRIES; n++)
            assertEquals(n == 3, trimmed.get(n - 1).isPresent(), "entry " + n);
        assertEquals(
                "first state",
                text(journal.latestSnapshot(id("keeps"), number(9))
                        .orElseThrow()
                        .state()));
    }

    private static int firstHot(LocalJournal journal) {
        return new LogPosition(journal.store().streams().hot().firstPosition()).segment();
    }

    @Test
    void whatIsWantedMovesAndTheRestGoes() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open(settings())) {
            fill(journal);
            long before = journal.status().logBytes();
            await(journal.upkeep().collect());
            assertTrue(firstHot(journal) >= 5, "segments were dropped: " + firstHot(journal));
            assertTrue(journal.status().logBytes() < before, "space came back");
            check(journal);
            assertEquals(List.of(1, 2, 3, 5), streamsPlus(journal), "state, day and month have streams of their own");
        }
        try (LocalJournal journal = bed.open(settings())) {
            check(journal);
        }
        assertEquals(List.of(), bed.faults);
    }

    private static List<Integer> streamsPlus(LocalJournal journal) {
        return journal.store().streams().numbers().stream()
                .map(n -> n == 0 ? 2 : n)
                .sorted()
                .toList();
    }

    @Test
    void withoutCheckpointsTheImageTakesTheirPlace() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open(settings())) {
            fill(journal);
            await(journal.upkeep().collect());
            Epoch epoch = claim(journal, "later");
            write(journal, "later", epoch, 1, entry("after the image"));
        }
        for (long number : new org.escrowmq.persistence.tables.Checkpoints(folder.resolve("tables")).present()) {
            Folders.remove(folder.resolve("tables").resolve("checkpoint-" + number));
        }
        try (LocalJournal journal = bed.open(settings())) {
            check(journal);
            assertEquals(List.of("1=after the image"), replayed(journal, "later"));
        }
    }

    @Test
    void withoutAnyTablesAndWithoutTheLogEverybodyIsFenced() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open(settings())) {
            fill(journal);
            await(journal.upkeep().collect());
        }
        Folders.remove(folder.resolve("tables"));
        try (LocalJournal journal = bed.open(settings())) {
            var refused = org.junit.jupiter.api.Assertions.assertThrows(
                    java.util.concurrent.ExecutionException.class, () -> claim(journal, "anybody"));
            assertTrue(refused.getCause() instanceof org.escrowmq.persistence.FencedException, refused.toString());
        }
    }

    @Test
    void classSegmentsGoWhenNothingInThemIsWanted() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open(settings())) {
            fill(journal);
            await(journal.upkeep().collect());
            long kept = journal.status().logBytes();
            Epoch epoch = claim(journal, "keeps");
            await(journal.trim(id("keeps"), epoch, number(ENTRIES - 1)));
            await(journal.upkeep().collect());
            assertTrue(
                    journal.status().logBytes() < kept,
                    kept + " bytes before, now " + journal.status().logBytes());
            assertEquals(List.of(ENTRIES + "=k" + ENTRIES), replayed(journal, "keeps"));
        }
        try (LocalJournal journal = bed.open(settings())) {
            assertEquals(List.of(ENTRIES + "=k" + ENTRIES), replayed(journal, "keeps"));
            assertEquals(
                    body(ENTRIES),
                    journal.readBlobsHere(id("keeps"), List.of(new BlobReference(ENTRIES, 0)))
                            .get(0)
                            .orElseThrow());
        }
    }

    @Test
    void rowsOfDeletedIdsAreSwept() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open(settings())) {
            Epoch epoch = claim(journal, "a");
            for (int n = 1; n <= 10; n++) {
                write(
                        journal,
                        "a",
                        epoch,
                        n,
                        entry("h", List.of(), new TableOperation.Put(TABLE, new byte[] {(byte) n}, new byte[1])));
            }
            long writer = journal.store().numbers().of(id("a"));
            await(journal.delete(id("a"), epoch));
            await(journal.upkeep().collect());
            List<byte[]> left = new ArrayList<>();
            for (int table : new int[] {JournalTable.ENTRIES, TABLE.number()}) {
                byte[] prefix = org.escrowmq.persistence.tables.RowKey.prefix(table, writer);
                journal.store().tables().scan(prefix, prefix, (address, value) -> left.add(address));
            }
            assertEquals(0, left.size());
        }
    }

    @Test
    void abackupIsAWholeStore() throws Exception {
        JournalBed bed = new JournalBed(folder.resolve("store"));
        PersistenceSettings settings = JournalBed.settings(bed.folder, 512 * 1024, 128 * 1024);
        Path copy = folder.resolve("backup");
        try (LocalJournal journal = bed.open(settings)) {
            fill(journal);
            await(journal.upkeep().collect());
            Epoch epoch = claim(journal, "busy");
            var backup = journal.backup(copy);
            int n = 0;
            while (!backup.toCompletableFuture().isDone()) {
                n++;
                write(journal, "busy", epoch, n, entry("b" + n, List.of(body(n))));
            }
            await(backup);
            write(journal, "busy", epoch, n + 1, entry("after"));
        }
        Path restored = folder.resolve("restored");
        BackupCopy.restore(copy, restored);
        try (LocalJournal journal = bed.open(JournalBed.settings(restored, 512 * 1024, 128 * 1024))) {
            check(journal);
            List<String> busy = replayed(journal, "busy");
            for (int n = 1; n <= busy.size(); n++)
                assertEquals(n + "=b" + n, busy.get(n - 1), "a prefix of what was written");
        }
        assertEquals(List.of(), bed.faults);
    }
}
