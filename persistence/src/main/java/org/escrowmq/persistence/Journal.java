package org.escrowmq.persistence;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;

/**
 * The journal of a node: many writers, each with a persistence id of its own, over one log. Thread-safe. A stage that
 * completes normally with {@link WriteAnswer#APPLIED} means: on disk (fsynced) and visible to every read below.
 *
 * <p>The same contract holds for the local log and for a replicated one.
 */
public interface Journal extends AutoCloseable {
    /** Takes the next epoch of {@code id}. After completion everything committed before is applied here. */
    CompletionStage<Claim> claim(PersistenceId id);

    /** Writes entry {@code number} of {@code id}. Several may be in flight; they are applied in the order of the calls. */
    CompletionStage<WriteAnswer> write(PersistenceId id, Epoch epoch, SequenceNumber number, JournalEntry entry);

    /**
     * Writes entries from {@code first} on, all of them or none. They follow entry {@code after}; the numbers between, if
     * any, are ones that the writer gave up (a rejected event keeps its number in Pekko), and stay unused.
     */
    CompletionStage<WriteAnswer> writeAll(
            PersistenceId id, Epoch epoch, SequenceNumber after, SequenceNumber first, List<JournalEntry> entries);

    /**
     * Gives up every entry up to and including {@code upTo}, but for pinned ones and the newest snapshot. The space comes
     * back later. Reads of what was given up find nothing from completion on.
     */
    CompletionStage<WriteAnswer> trim(PersistenceId id, Epoch epoch, SequenceNumber upTo);

    /** Forgets {@code id} altogether: entries, snapshots, tables, its wake time. The epoch stays, so old writers stay fenced. */
    CompletionStage<WriteAnswer> delete(PersistenceId id, Epoch epoch);

    /** Stores a snapshot; it replaces the ones before it once it is durable. */
    CompletionStage<WriteAnswer> saveSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot);

    /** Stores a snapshot beside the ones before it; they go with {@link #dropSnapshots} or the next trim. */
    CompletionStage<WriteAnswer> addSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot);

    /** Gives up the snapshots whose number is {@code from} to {@code to}, both included. */
    CompletionStage<WriteAnswer> dropSnapshots(PersistenceId id, Epoch epoch, SequenceNumber from, SequenceNumber to);

    /** The newest snapshot that is not past {@code atMost}. Blocks for the read. */
    Optional<JournalSnapshot> latestSnapshot(PersistenceId id, SequenceNumber atMost);

    /**
     * Hands over the heads of the entries {@code from} to {@code to}, in order, at most {@code max}. Blocks. Pinned entries
     * that a trim has passed are not replayed; {@link #readBlobs} finds them.
     */
    void replay(PersistenceId id, SequenceNumber from, SequenceNumber to, long max, ReplayVisitor visitor);

    /**
     * A page of the entries from {@code from} on that were not trimmed, in order: at most {@code entriesMax} (up to 256) and, but for the
     * first, about {@code bytesMax} bytes of heads. Empty when there are no more. For looking back: it runs on the journal's reader
     * threads, page by page in turn with {@link #readBlobs}, so it holds up nobody. Pinned entries that a trim has passed are left out.
     */
    CompletionStage<List<Recorded>> history(PersistenceId id, SequenceNumber from, int entriesMax, long bytesMax);

    /**
     * Reads bodies, checked against their checksums, in the order of {@code references}. An empty slot is one that was
     * trimmed or never existed. Runs on the journal's reader threads; reads are sorted by position.
     */
    CompletionStage<List<Optional<ByteBuffer>>> readBlobs(PersistenceId id, List<BlobReference> references);

    /** {@link #readBlobs} on the calling thread, for a few bodies whose reader may block. */
    List<Optional<ByteBuffer>> readBlobsHere(PersistenceId id, List<BlobReference> references);

    /** Reads of the tables; see there. */
    TableReader tables();

    /** Whether there is space for entries with blobs; cheap, for a look before each batch. */
    default boolean acceptsBodies() {
        return status().acceptsBodies();
    }

    /** Figures for metrics, {@code doctor} and the space checks; cheap. */
    JournalStatus status();

    /** A consistent copy of the whole store into {@code directory}, which must be empty or absent, while writing goes on. */
    CompletionStage<Void> backup(java.nio.file.Path directory);

    /** Answers what is in flight, takes a checkpoint and releases the folder. */
    @Override
    void close();

    /**
     * An entry as it stands in the log.
     *
     * @param writtenEpochMillis the server's clock when it was handed over to be written; no clock is trusted to run forward only
     * @param head as it was written
     */
    record Recorded(SequenceNumber number, long writtenEpochMillis, ByteBuffer head) {}

    /** Receives replayed entries in the order of their numbers. */
    interface ReplayVisitor {
        /** {@code entry} carries its head only. */
        void entry(SequenceNumber number, JournalEntry entry);
    }
}
