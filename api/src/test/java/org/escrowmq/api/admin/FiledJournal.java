package org.escrowmq.api.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.persistence.WriteAnswer;

/** The operators' side of a journal: fixed figures, and a backup of two files of known size. Nobody writes to it. */
final class FiledJournal implements Journal {
    static final int BACKUP_BYTES = 1_000 + 234;
    static final JournalStatus STATUS = new JournalStatus(11, 2_222, 3, 44_444, 2, 5_555_555, true, List.of());

    /** When set, a backup waits for it before it writes. */
    volatile CompletableFuture<Void> backupGate = CompletableFuture.completedFuture(null);

    /** Completes when a backup is asked for. */
    final CompletableFuture<Void> backupAsked = new CompletableFuture<>();

    @Override
    public CompletionStage<Void> backup(Path directory) {
        backupAsked.complete(null);
        return backupGate.thenAccept(open -> {
            try {
                Files.createDirectories(directory.resolve("tables"));
                Files.write(directory.resolve("segment-1"), new byte[1_000]);
                Files.write(directory.resolve("tables/1.ldb"), new byte[234]);
            } catch (IOException refused) {
                throw new java.io.UncheckedIOException(refused);
            }
        });
    }

    @Override
    public JournalStatus status() {
        return STATUS;
    }

    @Override
    public CompletionStage<Claim> claim(PersistenceId id) {
        throw readOnly();
    }

    @Override
    public CompletionStage<WriteAnswer> write(
            PersistenceId id, Epoch epoch, SequenceNumber number, JournalEntry entry) {
        throw readOnly();
    }

    @Override
    public CompletionStage<WriteAnswer> trim(PersistenceId id, Epoch epoch, SequenceNumber upTo) {
        throw readOnly();
    }

    @Override
    public CompletionStage<WriteAnswer> delete(PersistenceId id, Epoch epoch) {
        throw readOnly();
    }

    @Override
    public CompletionStage<WriteAnswer> saveSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        throw readOnly();
    }

    @Override
    public Optional<JournalSnapshot> latestSnapshot(PersistenceId id, SequenceNumber atMost) {
        return Optional.empty();
    }

    @Override
    public void replay(PersistenceId id, SequenceNumber from, SequenceNumber to, long max, ReplayVisitor visitor) {}

    @Override
    public CompletionStage<List<Optional<ByteBuffer>>> readBlobs(PersistenceId id, List<BlobReference> references) {
        throw readOnly();
    }

    @Override
    public TableReader tables() {
        throw readOnly();
    }

    @Override
    public void close() {}

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("this journal has no writers");
    }
}
