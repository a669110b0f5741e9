package org.escrowmq.persistence.pekko;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.serialization.SerializationExtension;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.WriteAnswer;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;

/**
 * Pekko's snapshot plugin. A {@link StoredState} goes through as it is and replaces the earlier ones; anything else goes by
 * Pekko's serialization and stands beside them until it is deleted, as Pekko's contract wants.
 */
public final class EscrowSnapshotStore extends SnapshotStore {
    private final EscrowJournal extension = EscrowJournal.of(context().system());
    private final Journal journal = extension.journal();
    private final StoredPayload payloads =
            new StoredPayload(SerializationExtension.get(context().system()));
    private final ExecutionContext blocking =
            context().system().dispatchers().lookup("escrow.persistence.replay-dispatcher");

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        PersistenceId id = new PersistenceId(persistenceId);
        return Future.apply(
                () -> Optional.ofNullable(newest(id, criteria.maxSequenceNr(), criteria))
                        .map(found -> new SelectedSnapshot(metadata(id, found), payloads.snapshot(found.state()))),
                blocking);
    }

    private @Nullable JournalSnapshot newest(PersistenceId id, long atMost, SnapshotSelectionCriteria criteria) {
        long limit = atMost;
        while (limit >= criteria.minSequenceNr()) {
            JournalSnapshot found =
                    journal.latestSnapshot(id, new SequenceNumber(limit)).orElse(null);
            if (found == null || found.upTo().value() < criteria.minSequenceNr()) return null;
            if (found.takenEpochMillis() <= criteria.maxTimestamp()
                    && found.takenEpochMillis() >= criteria.minTimestamp()) {
                return found;
            }
            limit = found.upTo().value() - 1;
        }
        return null;
    }

    private static SnapshotMetadata metadata(PersistenceId id, JournalSnapshot found) {
        return new SnapshotMetadata(id.value(), found.upTo().value(), found.takenEpochMillis());
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        PersistenceId id = new PersistenceId(metadata.persistenceId());
        JournalSnapshot stored = new JournalSnapshot(
                new SequenceNumber(metadata.sequenceNr()), metadata.timestamp(), payloads.state(snapshot));
        boolean replaces = snapshot instanceof StoredState;
        Epoch epoch = extension.session(id).epoch();
        CompletionStage<WriteAnswer> answer =
                replaces ? journal.saveSnapshot(id, epoch, stored) : journal.addSnapshot(id, epoch, stored);
        return Futures.success(id, metadata.sequenceNr(), answer);
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return delete(
                metadata.persistenceId(),
                new SnapshotSelectionCriteria(
                        metadata.sequenceNr(),
                        metadata.timestamp() == 0 ? Long.MAX_VALUE : metadata.timestamp(),
                        metadata.sequenceNr(),
                        metadata.timestamp()));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return delete(persistenceId, criteria);
    }

    private Future<Void> delete(String persistenceId, SnapshotSelectionCriteria criteria) {
        PersistenceId id = new PersistenceId(persistenceId);
        return Futures.run(blocking, () -> {
            long limit = criteria.maxSequenceNr();
            for (JournalSnapshot found = newest(id, limit, criteria);
                    found != null;
                    found = newest(id, found.upTo().value() - 1, criteria)) {
                SequenceNumber number = found.upTo();
                WriteAnswer answer = journal.dropSnapshots(
                                id, extension.session(id).epoch(), number, number)
                        .toCompletableFuture()
                        .join();
                if (answer != WriteAnswer.APPLIED) throw new WriteFailure(id, number.value(), answer);
            }
        });
    }
}
