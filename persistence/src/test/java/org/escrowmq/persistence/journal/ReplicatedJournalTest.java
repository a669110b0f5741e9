package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.escrowmq.persistence.journal.JournalBed.text;
import static org.escrowmq.persistence.journal.JournalBed.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.tables.Folders;
import org.escrowmq.persistence.tables.RowKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Journals that are members of one replicated log, here one in memory. */
class ReplicatedJournalTest {
    private static final Table TABLE = new Table(16, "rows");
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final List<JournalBed> beds = new ArrayList<>();
    private final Map<Integer, LocalJournal> open = new TreeMap<>();

    private JournalBed bed(int member) {
        while (beds.size() <= member) beds.add(new JournalBed(folder.resolve("member-" + beds.size())));
        return beds.get(member);
    }

    private LocalJournal start(SharedLog log, int member) throws IOException {
        JournalBed bed = bed(member);
        PersistenceSettings settings = JournalBed.settings(bed.folder, 8 << 20, 256 * 1024);
        LocalJournal journal = LocalJournal.open(
                settings, bed.environment(settings), new LocalJournal.Replication(log.member(), member));
        open.put(member, journal);
        return journal;
    }

    private void stop(int member) {
        open.remove(member).close();
    }

    @AfterEach
    void close() {
        open.values().forEach(LocalJournal::close);
        beds.forEach(bed -> assertEquals(List.of(), bed.faults));
    }

    /** What all members must have alike: writers, places and the rows of users. */
    static Map<String, String> content(LocalJournal journal) {
        Map<String, String> rows = new TreeMap<>();
        for (int table : List.of(
                JournalTable.WRITERS, JournalTable.NAMES, JournalTable.SNAPSHOTS, JournalTable.PINS, TABLE.number())) {
            byte[] from = {(byte) table};
            journal.store().tables().scan(from, from, (address, value) -> {
                boolean ownPositions = table == JournalTable.SNAPSHOTS;
                rows.put(
                        HexFormat.of().formatHex(address),
                        ownPositions ? "" : HexFormat.of().formatHex(value));
                return true;
            });
        }
        return rows;
    }

    private void awaitSame() {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            List<Map<String, String>> contents =
                    open.values().stream().map(ReplicatedJournalTest::content).toList();
            assertTrue(contents.get(0).size() > 1);
            for (Map<String, String> other : contents) assertEquals(contents.get(0), other);
        });
    }

    private static TableOperation put(String key, String value) {
        return new TableOperation.Put(TABLE, bytes(key).array(), bytes(value).array());
    }

    @Test
    void whatOneMemberWritesAllHave() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        for (int member = 0; member < 3; member++) start(log, member);
        for (int member = 0; member < 3; member++) {
            String name = "id-" + member;
            Epoch epoch = claim(open.get(member), name);
            for (int number = 1; number <= 20; number++) {
                WriteAnswer answer = write(
                        open.get(member),
                        name,
                        epoch,
                        number,
                        entry("head " + number, List.of(bytes("body " + number)), put("k" + number % 7, name)));
                assertEquals(WriteAnswer.APPLIED, answer);
            }
        }
        awaitSame();
        for (LocalJournal journal : open.values()) {
            assertEquals(20, replayed(journal, "id-1").size());
            ByteBuffer body = await(journal.readBlobs(id("id-2"), List.of(new BlobReference(7, 0))))
                    .get(0)
                    .orElseThrow();
            assertEquals("body 7", text(body));
        }
    }

    @Test
    void aClaimOnAnotherMemberFencesTheWriterBefore() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        LocalJournal one = start(log, 0);
        LocalJournal other = start(log, 1);
        Epoch old = claim(one, "a");
        write(one, "a", old, 1, entry("one"));
        Claim claim = await(other.claim(id("a")));
        assertEquals(1, claim.highest().value(), "it sees all that was written before");
        assertEquals(WriteAnswer.REFUSED, write(one, "a", old, 2, entry("late")));
        assertEquals(WriteAnswer.APPLIED, write(other, "a", claim.epoch(), 2, entry("two")));
        awaitSame();
        assertEquals(List.of("1=one", "2=two"), replayed(one, "a"));
    }

    /** Messages are lost and repeated; each write is applied once all the same, in its order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsOfferedAgainIsAppliedOnce(long seed) throws Exception {
        SharedLog log = new SharedLog(seed, 0.15, 0.15);
        for (int member = 0; member < 3; member++) start(log, member);
        List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
        Map<Integer, Epoch> epochs = new TreeMap<>();
        for (int member = 0; member < 3; member++) {
            epochs.put(member, claim(open.get(member), "id-" + member));
            assertEquals(1, epochs.get(member).value(), "a claim counts once");
        }
        for (int number = 1; number <= 200; number++) {
            for (int member = 0; member < 3; member++) {
                answers.add(open.get(member)
                        .write(
                                id("id-" + member),
                                epochs.get(member),
                                JournalBed.number(number),
                                entry("h" + number, List.of(), put("k" + number % 11, "v" + number))));
            }
            if (number % 50 == 0) log.snapshot();
        }
        for (CompletionStage<WriteAnswer> answer : answers) assertEquals(WriteAnswer.APPLIED, await(answer));
        awaitSame();
        for (int member = 0; member < 3; member++) {
            assertEquals(200, replayed(open.get(0), "id-" + member).size());
        }
    }

    @Test
    void aLargeWriteGoesInParts() throws Exception {
        SharedLog log = new SharedLog(3, 0.1, 0.1);
        LocalJournal one = start(log, 0);
        start(log, 1);
        byte[] large = new byte[3_500_000];
        new Random(7).nextBytes(large);
        Epoch epoch = claim(one, "a");
        var answer = one.write(id("a"), epoch, JournalBed.number(1), entry("large", List.of(ByteBuffer.wrap(large))));
        assertEquals(WriteAnswer.APPLIED, await(answer));
        awaitSame();
        assertTrue(log.size() >= 4, "in " + log.size() + " messages");
        ByteBuffer read = await(open.get(1).readBlobs(id("a"), List.of(new BlobReference(1, 0))))
                .get(0)
                .orElseThrow();
        assertEquals(ByteBuffer.wrap(large), read);
    }

    /** A large write goes out in parts, and small ones behind it. */
    private void writeLargeAndSmall(LocalJournal journal, Epoch large, Epoch small) throws Exception {
        byte[] body = new byte[3_500_000];
        new Random(7).nextBytes(body);
        List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
        answers.add(journal.write(
                id("large"), large, JournalBed.number(1), entry("large", List.of(ByteBuffer.wrap(body)))));
        for (int number = 1; number <= 20; number++) {
            answers.add(journal.write(id("small"), small, JournalBed.number(number), entry("h" + number)));
        }
        for (CompletionStage<WriteAnswer> answer : answers) assertEquals(WriteAnswer.APPLIED, await(answer));
    }

    /** A snapshot comes between the parts. */
    @Test
    void whatIsBegunIsPartOfASnapshot() throws Exception {
        SharedLog log = new SharedLog(4, 0, 0);
        LocalJournal one = start(log, 0);
        start(log, 1);
        Epoch large = claim(one, "large");
        Epoch small = claim(one, "small");
        log.snapshotAfter(log.size() + 2);
        writeLargeAndSmall(one, large, small);
        assertTrue(log.snapshots() > 0);
        stop(1);
        start(log, 1);
        awaitSame();
        assertEquals(20, replayed(open.get(1), "small").size());
    }

    /** Lost parts take the small ones behind them along; all go out again. */
    @Test
    void whatFollowsALostPartGoesOutAgain() throws Exception {
        SharedLog log = new SharedLog(4, 0, 0);
        LocalJournal one = start(log, 0);
        start(log, 1);
        Epoch large = claim(one, "large");
        Epoch small = claim(one, "small");
        log.loseQuietly(2);
        writeLargeAndSmall(one, large, small);
        awaitSame();
    }

    @Test
    void snapshotsAreDroppedAlikeHoweverTheyAreGrouped() throws Exception {
        SharedLog log = new SharedLog(4, 0, 0);
        LocalJournal one = start(log, 0);
        start(log, 1);
        Epoch epoch = claim(one, "a");
        for (int number = 1; number <= 6; number++) write(one, "a", epoch, number, entry("h" + number));
        List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
        for (long upTo : new long[] {3, 5}) {
            answers.add(one.addSnapshot(
                    id("a"), epoch, new JournalSnapshot(JournalBed.number(upTo), 9, bytes("state " + upTo))));
        }
        answers.add(one.dropSnapshots(id("a"), epoch, JournalBed.number(5), JournalBed.number(5)));
        answers.add(one.trim(id("a"), epoch, JournalBed.number(4)));
        for (CompletionStage<WriteAnswer> answer : answers) assertEquals(WriteAnswer.APPLIED, await(answer));
        awaitSame();
        assertEquals(
                3,
                one.latestSnapshot(id("a"), JournalBed.number(6))
                        .orElseThrow()
                        .upTo()
                        .value());
    }

    @Test
    void aMembersStoreIsNotOpenedAlone() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        write(start(log, 0), "a", claim(open.get(0), "a"), 1, entry("one"));
        stop(0);
        PersistenceSettings settings = JournalBed.settings(bed(0).folder, 8 << 20, 256 * 1024);
        var refused = assertThrows(
                JournalFaultException.class, () -> LocalJournal.open(settings, bed(0).environment(settings)));
        assertTrue(String.valueOf(refused.getMessage()).contains("cannot be used alone"), refused.getMessage());
    }

    @Test
    void aMemberThatWasAwayFollowsAndSkipsWhatItHas() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        LocalJournal one = start(log, 0);
        start(log, 1);
        Epoch epoch = claim(one, "a");
        for (int number = 1; number <= 30; number++) write(one, "a", epoch, number, entry("h" + number));
        awaitSame();
        stop(1);
        // What was not in a checkpoint comes back from its own log.
        Folders.remove(bed(1).folder.resolve("tables"));
        for (int number = 31; number <= 60; number++) write(one, "a", epoch, number, entry("h" + number));
        LocalJournal back = start(log, 1);
        awaitSame();
        assertEquals(60, replayed(back, "a").size());
        Epoch next = claim(back, "a");
        assertEquals(2, next.value());
        assertEquals(WriteAnswer.APPLIED, write(back, "a", next, 61, entry("h61")));
        awaitSame();
    }

    @Test
    void aMemberGoesOnFromASnapshot() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        LocalJournal one = start(log, 0);
        start(log, 1);
        Epoch epoch = claim(one, "a");
        write(one, "a", epoch, 1, entry("one"));
        // Answers that change nothing are proposals too: they count for the numbers of the proposer.
        assertEquals(WriteAnswer.DUPLICATE, write(one, "a", epoch, 1, entry("one")));
        awaitSame();
        log.snapshot();
        stop(1);
        write(one, "a", epoch, 2, entry("two"));
        start(log, 1);
        awaitSame();
        assertEquals(List.of("1=one", "2=two"), replayed(open.get(1), "a"));
    }

    @Test
    void aMemberThatIsBehindTheLogHasToBeFilled() throws Exception {
        SharedLog log = new SharedLog(1, 0, 0);
        LocalJournal one = start(log, 0);
        Epoch epoch = claim(one, "a");
        write(one, "a", epoch, 1, entry("one"));
        log.snapshot();
        var refused = assertThrows(JournalFaultException.class, () -> start(log, 1));
        assertTrue(String.valueOf(refused.getMessage()).contains("filled from one of them"), refused.getMessage());
    }

    @Test
    void placesAreFirstByNumber() {
        byte[] row = new Place(1L << 40, 3, 2, 77, 99).encode();
        assertEquals(new Place(1L << 40, 3, 2, 77, 99), Place.decode(row));
        assertEquals(2, RowKey.number(JournalTable.place(2), 0));
    }
}
