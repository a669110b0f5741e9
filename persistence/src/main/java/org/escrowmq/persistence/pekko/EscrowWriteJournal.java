package org.escrowmq.persistence.pekko;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.SerializationExtension;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pekko's journal plugin. Reading the highest number is the claim: replay then sees all that was committed before, and the
 * epoch goes with the writes that follow. A {@link JournalEntry} goes through as it is, anything else by Pekko's
 * serialization. STORAGE_FULL rejects the event and the actor goes on; REFUSED, GAP and FENCED stop it.
 */
public final class EscrowWriteJournal extends AsyncWriteJournal {
    private final EscrowJournal extension = EscrowJournal.of(context().system());
    private final Journal journal = extension.journal();
    private final StoredPayload payloads =
            new StoredPayload(SerializationExtension.get(context().system()));
    private final ExecutionContext blocking =
            context().system().dispatchers().lookup("escrow.persistence.replay-dispatcher");

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        WriteBatch batch = new WriteBatch(journal);
        for (AtomicWrite message : messages) {
            PersistenceId id = new PersistenceId(message.persistenceId());
            List<JournalEntry> entries = new ArrayList<>(1);
            Exception unfit = encode(message, entries);
            WriterSession session = extension.session(id);
            SequenceNumber first = new SequenceNumber(message.lowestSequenceNr());
            if (unfit != null) {
                session.givenUp(first.value(), message.highestSequenceNr());
                batch.rejected(unfit);
                continue;
            }
            SequenceNumber after = session.before(first);
            batch.add(message, session, journal.writeAll(id, session.epoch(), after, first, entries));
        }
        return batch.sealed();
    }

    private @Nullable Exception encode(AtomicWrite message, List<JournalEntry> entries) {
        Iterator<PersistentRepr> events =
                CollectionConverters.asJava(message.payload()).iterator();
        try {
            while (events.hasNext()) entries.add(payloads.entry(events.next()));
            return null;
        } catch (Exception unserializable) { // serializers throw what they like, and reject this event only
            return unserializable;
        }
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        PersistenceId id = new PersistenceId(persistenceId);
        SequenceNumber upTo = new SequenceNumber(toSequenceNr);
        return Futures.success(
                id, toSequenceNr, journal.trim(id, extension.session(id).epoch(), upTo));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        PersistenceId id = new PersistenceId(persistenceId);
        Journal.ReplayVisitor visitor =
                (number, entry) -> replay.accept(payloads.event(persistenceId, number.value(), entry));
        return Futures.run(
                blocking, () -> journal.replay(id, new SequenceNumber(from), new SequenceNumber(to), max, visitor));
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        CompletionStage<Claim> claim = extension.claim(new PersistenceId(persistenceId));
        return Futures.of(claim.thenApply(granted -> granted.highest().value()));
    }
}
