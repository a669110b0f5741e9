package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.WriteAnswer;

/** What tests of the journal share: small settings, an environment to play with, and short words for common steps. */
final class JournalBed {
    /** Free bytes that the journal sees. */
    final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    /** Nanoseconds that the space checks see. */
    final AtomicLong nanos = new AtomicLong();
    /** What was reported as a fault. */
    final List<String> faults = java.util.Collections.synchronizedList(new ArrayList<>());

    final Path folder;

    JournalBed(Path folder) {
        this.folder = folder;
    }

    PersistenceSettings settings() {
        return settings(folder, 512 * 1024, 256 * 1024);
    }

    static PersistenceSettings settings(Path folder, long segmentBytes, long checkpointBytes) {
        return new PersistenceSettings(
                folder,
                segmentBytes,
                64 * 1024,
                1024,
                8 << 20,
                Duration.ofMillis(2),
                checkpointBytes,
                8,
                1 << 20,
                64 * 1024,
                2,
                1000,
                2000,
                false,
                Duration.ofSeconds(1),
                segmentBytes,
                Duration.ofHours(1),
                Long.MAX_VALUE,
                50);
    }

    JournalEnvironment environment(PersistenceSettings settings) {
        FaultHandler handler = (what, cause) -> faults.add(what + ": " + cause);
        return new JournalEnvironment(
                Clock.systemUTC(), nanos::get, freeBytes::get, SegmentFiles.of(settings), handler);
    }

    LocalJournal open() throws IOException {
        return open(settings());
    }

    LocalJournal open(PersistenceSettings settings) throws IOException {
        return LocalJournal.open(settings, environment(settings));
    }

    static PersistenceId id(String name) {
        return new PersistenceId(name);
    }

    static SequenceNumber number(long value) {
        return new SequenceNumber(value);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    static JournalEntry entry(String head, String... blobs) {
        return new JournalEntry(
                bytes(head),
                java.util.Arrays.stream(blobs).map(JournalBed::bytes).toList(),
                List.of(),
                RetentionClass.DAY);
    }

    static JournalEntry entry(String head, List<ByteBuffer> blobs, TableOperation... operations) {
        return new JournalEntry(bytes(head), blobs, List.of(operations), RetentionClass.DAY);
    }

    static Epoch claim(LocalJournal journal, String id) throws Exception {
        return await(journal.claim(id(id))).epoch();
    }

    static WriteAnswer write(LocalJournal journal, String id, Epoch epoch, long number, JournalEntry entry)
            throws Exception {
        return await(journal.write(id(id), epoch, number(number), entry));
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** The heads that a replay of everything gives, as {@code number=head}. */
    static List<String> replayed(LocalJournal journal, String id) {
        List<String> heads = new ArrayList<>();
        journal.replay(
                id(id),
                number(1),
                number(Long.MAX_VALUE),
                Long.MAX_VALUE,
                (number, entry) -> heads.add(number.value() + "=" + text(entry.head())));
        return heads;
    }
}
