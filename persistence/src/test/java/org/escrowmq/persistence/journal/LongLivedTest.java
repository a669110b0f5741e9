package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What bodies cost that outlive those around them: messages that wait for a far time, in entries of several, after the retention of all
 * others. An entry is kept whole for one of its bodies.
 */
class LongLivedTest {
    private static final int ENTRIES = 3_000;
    private static final int BODY_BYTES = 1_024;
    private static final long SEGMENT_BYTES = 1 << 20;

    @TempDir
    Path folder;

    /** One of {@code every} entries holds a body that is wanted, of {@code together}. */
    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "100, 1", "1, 16", "10, 16", "100, 16"})
    void diskIsBoundedByWhatTheKeptEntriesHold(int every, int together) throws Exception {
        JournalBed bed = new JournalBed(folder);
        PersistenceSettings settings = JournalBed.settings(folder, SEGMENT_BYTES, 256 * 1024);
        Random random = new Random(every + together);
        List<BlobReference> wanted = new ArrayList<>();
        try (LocalJournal journal = bed.open(settings)) {
            Epoch epoch = claim(journal, "queue");
            List<TableOperation> pins = new ArrayList<>();
            for (int n = 1; n <= ENTRIES; n++) {
                List<ByteBuffer> bodies = new ArrayList<>();
                for (int i = 0; i < together; i++) {
                    byte[] body = new byte[BODY_BYTES];
                    random.nextBytes(body);
                    bodies.add(ByteBuffer.wrap(body));
                }
                if (n % every == 0) {
                    pins.add(new TableOperation.Pin(n));
                    wanted.add(new BlobReference(n, random.nextInt(together)));
                }
                journal.write(
                        id("queue"),
                        epoch,
                        number(n),
                        new JournalEntry(bytes("head"), bodies, List.of(), RetentionClass.DAY));
            }
            await(journal.write(
                    id("queue"),
                    epoch,
                    number(ENTRIES + 1),
                    new JournalEntry(bytes("pins"), List.of(), pins, RetentionClass.STATE)));
            long before = journal.status().logBytes();
            await(journal.trim(id("queue"), epoch, number(ENTRIES)));
            await(journal.upkeep().collect());
            long kept = (long) wanted.size() * together * BODY_BYTES;
            long after = journal.status().logBytes();
            System.out.printf(
                    "one body of %d in one of %d entries: log %.1f -> %.1f MB, kept entries %.1f MB, bodies wanted %.1f MB%n",
                    together, every, before / 1e6, after / 1e6, kept / 1e6, (double) wanted.size() * BODY_BYTES / 1e6);
            // The hot stream keeps its last segment and one that is prepared; copies end in one that is not full.
            assertTrue(after <= kept * 1.25 + 4 * SEGMENT_BYTES, after + " bytes for " + kept);
            assertEquals(
                    wanted.size(),
                    journal.readBlobsHere(id("queue"), wanted).stream()
                            .filter(body ->
                                    body.isPresent() && body.orElseThrow().remaining() == BODY_BYTES)
                            .count());
        }
        assertEquals(List.of(), bed.faults);
    }
}
