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
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.persistence.WriteAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the journal, and the same after a restart. */
class LocalJournalTest {
    private static final Table PROGRESS = new Table(16, "progress");

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReplayedAfterARestart() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", epoch, 1, entry("one")));
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", epoch, 2, entry("two", "body-0", "body-1")));
            assertEquals(List.of("1=one", "2=two"), replayed(journal, "a"));
        }
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of("1=one", "2=two"), replayed(journal, "a"));
            Claim claim = await(journal.claim(id("a")));
            assertEquals(2, claim.highest().value());
            assertEquals(2, claim.epoch().value());
            List<Optional<ByteBuffer>> blobs = await(journal.readBlobs(
                    id("a"), List.of(new BlobReference(2, 1), new BlobReference(2, 0), new BlobReference(9, 0))));
            assertEquals("body-1", text(blobs.get(0).orElseThrow()));
            assertEquals("body-0", text(blobs.get(1).orElseThrow()));
            assertTrue(blobs.get(2).isEmpty());
        }
        assertEquals(List.of(), bed.faults);
    }

    @Test
    void aRestartWithoutACheckpointReplaysTheLog() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            write(journal, "a", epoch, 1, entry("one", "body"));
        }
        org.escrowmq.persistence.tables.Folders.remove(folder.resolve("tables"));
        try (LocalJournal journal = bed.open()) {
            assertEquals(2, journal.store().replayed());
            assertEquals(List.of("1=one"), replayed(journal, "a"));
        }
    }

    @Test
    void largeBodiesAreSplitAndJoined() throws Exception {
        JournalBed bed = new JournalBed(folder);
        byte[] large = new byte[700_000];
        new Random(7).nextBytes(large);
        byte[] small = new byte[3_000];
        new Random(8).nextBytes(small);
        var settings = JournalBed.settings(folder, 1 << 20, 64 << 20);
        try (LocalJournal journal = bed.open(settings)) {
            Epoch epoch = claim(journal, "a");
            assertEquals(
                    WriteAnswer.APPLIED,
                    write(
                            journal,
                            "a",
                            epoch,
                            1,
                            entry(
                                    "head",
                                    List.of(ByteBuffer.wrap(small), ByteBuffer.wrap(large), ByteBuffer.wrap(small)))));
        }
        org.escrowmq.persistence.tables.Folders.remove(folder.resolve("tables"));
        try (LocalJournal journal = bed.open(settings)) {
            assertEquals(List.of("1=head"), replayed(journal, "a"));
            List<Optional<ByteBuffer>> blobs = journal.readBlobsHere(
                    id("a"), List.of(new BlobReference(1, 2), new BlobReference(1, 1), new BlobReference(1, 0)));
            assertEquals(ByteBuffer.wrap(small), blobs.get(0).orElseThrow());
            assertEquals(ByteBuffer.wrap(large), blobs.get(1).orElseThrow());
            assertEquals(ByteBuffer.wrap(small), blobs.get(2).orElseThrow());
        }
    }

    @Test
    void theFourAnswers() throws Exception {
        try (LocalJournal journal = new JournalBed(folder).open()) {
            Epoch first = claim(journal, "a");
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", first, 1, entry("one")));
            assertEquals(WriteAnswer.DUPLICATE, write(journal, "a", first, 1, entry("one")));
            assertEquals(WriteAnswer.REFUSED, write(journal, "a", first, 1, entry("other")));
            assertEquals(WriteAnswer.GAP, write(journal, "a", first, 3, entry("three")));
            Epoch second = claim(journal, "a");
            assertEquals(WriteAnswer.REFUSED, write(journal, "a", first, 2, entry("two")));
            assertEquals(WriteAnswer.APPLIED, write(journal, "a", second, 2, entry("two")));
            assertEquals(WriteAnswer.REFUSED, write(journal, "nobody", first, 1, entry("one")));
        }
    }

    @Test
    void tablesFollowTheEntries() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            Epoch other = claim(journal, "b");
            write(
                    journal,
                    "a",
                    epoch,
                    1,
                    entry("h", List.of(), put(1, "x"), put(5, "y"), new TableOperation.WakeAt(500)));
            write(journal, "b", other, 1, entry("h", List.of(), put(3, "z"), new TableOperation.WakeAt(100)));
            write(
                    journal,
                    "a",
                    epoch,
                    2,
                    entry("h", List.of(), new TableOperation.Delete(PROGRESS, key(1)), put(5, "w")));
            checkTables(journal);
        }
        try (LocalJournal journal = bed.open()) {
            checkTables(journal);
            Epoch epoch = claim(journal, "a");
            assertEquals(WriteAnswer.APPLIED, await(journal.delete(id("a"), epoch)));
            assertEquals(WriteAnswer.DUPLICATE, await(journal.delete(id("a"), epoch)));
            assertTrue(journal.tables().get(id("a"), PROGRESS, key(5)).isEmpty());
            assertEquals(List.of(), replayed(journal, "a"));
            assertEquals(1, journal.tables().wakesUntil(1000, 10).size());
            assertEquals(WriteAnswer.REFUSED, write(journal, "a", epoch, 1, entry("late")));
            Claim again = await(journal.claim(id("a")));
            assertEquals(epoch.value() + 1, again.epoch().value());
            assertEquals(0, again.highest().value());
            assertTrue(journal.tables().get(id("a"), PROGRESS, key(5)).isEmpty());
        }
    }

    private static void checkTables(LocalJournal journal) {
        TableReader tables = journal.tables();
        assertTrue(tables.get(id("a"), PROGRESS, key(1)).isEmpty());
        assertEquals("w", new String(tables.get(id("a"), PROGRESS, key(5)).orElseThrow()));
        assertArrayEquals(
                key(5), tables.floor(id("a"), PROGRESS, key(9)).orElseThrow().key());
        assertArrayEquals(
                key(5), tables.floor(id("a"), PROGRESS, key(5)).orElseThrow().key());
        assertTrue(tables.floor(id("a"), PROGRESS, key(4)).isEmpty());
        assertArrayEquals(
                key(3), tables.floor(id("b"), PROGRESS, key(9)).orElseThrow().key());
        assertEquals(1, tables.scan(id("a"), PROGRESS, new byte[0], 10).size());
        assertEquals(
                List.of(new TableReader.Wake(id("b"), 100), new TableReader.Wake(id("a"), 500)),
                tables.wakesUntil(500, 10));
        assertEquals(1, tables.wakesUntil(499, 10).size());
    }

    private static byte[] key(int value) {
        return new byte[] {(byte) value};
    }

    private static TableOperation put(int key, String value) {
        return new TableOperation.Put(PROGRESS, key(key), value.getBytes());
    }

    @Test
    void trimKeepsWhatIsPinned() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            for (int n = 1; n <= 4; n++) write(journal, "a", epoch, n, entry("h" + n, "body" + n));
            write(journal, "a", epoch, 5, entry("h5", List.of(), new TableOperation.Pin(2)));
            assertEquals(WriteAnswer.APPLIED, await(journal.trim(id("a"), epoch, number(3))));
            assertEquals(WriteAnswer.DUPLICATE, await(journal.trim(id("a"), epoch, number(3))));
        }
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of("4=h4", "5=h5"), replayed(journal, "a"));
            var blobs = journal.readBlobsHere(id("a"), List.of(new BlobReference(2, 0), new BlobReference(3, 0)));
            assertEquals("body2", text(blobs.get(0).orElseThrow()));
            assertTrue(blobs.get(1).isEmpty());
            Epoch epoch = claim(journal, "a");
            write(journal, "a", epoch, 6, entry("h6", List.of(), new TableOperation.Unpin(2)));
            assertTrue(journal.readBlobsHere(id("a"), List.of(new BlobReference(2, 0)))
                    .get(0)
                    .isEmpty());
        }
    }

    @Test
    void aSnapshotReplacesTheOnesBeforeIt() throws Exception {
        JournalBed bed = new JournalBed(folder);
        byte[] state = new byte[300_000];
        new Random(3).nextBytes(state);
        try (LocalJournal journal = bed.open(JournalBed.settings(folder, 1 << 20, 64 << 20))) {
            Epoch epoch = claim(journal, "a");
            await(journal.saveSnapshot(id("a"), epoch, new JournalSnapshot(number(3), 77, bytes("old"))));
            await(journal.saveSnapshot(id("a"), epoch, new JournalSnapshot(number(7), 78, ByteBuffer.wrap(state))));
        }
        try (LocalJournal journal = bed.open(JournalBed.settings(folder, 1 << 20, 64 << 20))) {
            assertTrue(journal.latestSnapshot(id("a"), number(6)).isEmpty());
            JournalSnapshot found = journal.latestSnapshot(id("a"), number(100)).orElseThrow();
            assertEquals(7, found.upTo().value());
            assertEquals(78, found.takenEpochMillis());
            assertEquals(ByteBuffer.wrap(state), found.state());
        }
    }

    @Test
    void severalEntriesAreWrittenTogetherOrNotAtAll() throws Exception {
        try (LocalJournal journal = new JournalBed(folder).open()) {
            Epoch epoch = claim(journal, "a");
            var three = List.of(entry("1"), entry("2"), entry("3"));
            assertEquals(WriteAnswer.APPLIED, await(journal.writeAll(id("a"), epoch, number(0), number(1), three)));
            assertEquals(WriteAnswer.DUPLICATE, await(journal.writeAll(id("a"), epoch, number(0), number(1), three)));
            assertEquals(WriteAnswer.REFUSED, await(journal.writeAll(id("a"), epoch, number(1), number(2), three)));
            assertEquals(List.of("1=1", "2=2", "3=3"), replayed(journal, "a"));
        }
    }

    @Test
    void manyWritersInFlight() throws Exception {
        JournalBed bed = new JournalBed(folder);
        int writers = 20;
        int entries = 50;
        try (LocalJournal journal = bed.open()) {
            List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                Epoch epoch = claim(journal, "w" + w);
                for (int n = 1; n <= entries; n++) {
                    answers.add(journal.write(id("w" + w), epoch, number(n), entry("h" + n, "b" + w + n)));
                }
            }
            for (CompletionStage<WriteAnswer> answer : answers) assertEquals(WriteAnswer.APPLIED, await(answer));
            assertTrue(journal.status().fsyncs() < writers * entries, "writes share fsyncs");
        }
        try (LocalJournal journal = bed.open()) {
            for (int w = 0; w < writers; w++)
                assertEquals(entries, replayed(journal, "w" + w).size());
        }
    }

    @Test
    void aSecondStartIsRefused() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            IOException refused = assertThrows(IOException.class, bed::open);
            assertTrue(refused.getMessage().contains("is in use by another Escrow"), refused.getMessage());
            assertEquals(List.of(), replayed(journal, "a"));
        }
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        JournalBed bed = new JournalBed(folder);
        bed.open().close();
        Files.writeString(folder.resolve("format"), "escrow-store 2\n");
        IOException refused = assertThrows(IOException.class, bed::open);
        assertTrue(refused.getMessage().contains("written by a newer Escrow"), refused.getMessage());
    }

    @Test
    void historyIsReadPageByPageWithItsTimesFromWhatWasNotTrimmed() throws Exception {
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            assertEquals(List.of(), await(journal.history(id("a"), number(1), 10, 1 << 20)), "nobody has written");
            Epoch epoch = claim(journal, "a");
            long before = System.currentTimeMillis();
            for (int i = 1; i <= 300; i++) write(journal, "a", epoch, i, entry("head" + i, "body" + i));
            List<String> heads = new ArrayList<>();
            long next = 1;
            long last = before;
            while (true) {
                List<Journal.Recorded> page = await(journal.history(id("a"), number(next), 100, 1 << 20));
                if (page.isEmpty()) break;
                assertTrue(page.size() <= 100, page.size() + " entries");
                for (Journal.Recorded entry : page) {
                    heads.add(entry.number().value() + "=" + text(entry.head()));
                    assertTrue(entry.writtenEpochMillis() >= last, "times run forward with the clock");
                    last = entry.writtenEpochMillis();
                    next = entry.number().value() + 1;
                }
            }
            assertTrue(last <= System.currentTimeMillis(), "later than now");
            assertEquals(replayed(journal, "a"), heads);
            assertEquals(2, await(journal.history(id("a"), number(1), 10, 12)).size(), "bytes bound a page");
            assertEquals(1, await(journal.history(id("a"), number(1), 10, 1)).size(), "but for its first entry");
        }
        try (LocalJournal journal = bed.open()) {
            Epoch epoch = claim(journal, "a");
            await(journal.trim(id("a"), epoch, number(290)));
            List<Journal.Recorded> left = await(journal.history(id("a"), number(1), 256, 1 << 20));
            assertEquals(10, left.size());
            assertEquals(291, left.get(0).number().value());
        }
    }
}
