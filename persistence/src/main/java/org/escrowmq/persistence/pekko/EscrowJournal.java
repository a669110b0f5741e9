package org.escrowmq.persistence.pekko;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.journal.LocalJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The journal of an actor system, and the epochs of the persistence ids that it has claimed. Either set before its first use
 * or opened from {@code escrow.persistence}; closed after the actors have ended. Thread-safe.
 */
public final class EscrowJournal implements Extension {
    private static final Id ID = new Id();

    private final ExtendedActorSystem system;
    private final ConcurrentHashMap<PersistenceId, Epoch> epochs = new ConcurrentHashMap<>();
    private @Nullable Journal journal;

    private EscrowJournal(ExtendedActorSystem system) {
        this.system = system;
    }

    /** The extension of {@code system}. */
    public static EscrowJournal of(ClassicActorSystemProvider system) {
        return ID.get(system.classicSystem());
    }

    /** Sets the journal, which this extension then closes with the actor system. Only before the first use. */
    public synchronized void use(Journal opened) {
        if (journal != null) throw new IllegalStateException("the actor system uses a journal already");
        adopt(opened);
    }

    /**
     * Opens the journal from the actor system's configuration, with a fault handler of the server's own. Only before the first
     * use.
     */
    public synchronized Journal open(FaultHandler faults) throws IOException {
        if (journal != null) throw new IllegalStateException("the actor system uses a journal already");
        Journal opened = LocalJournal.open(PersistenceSettings.of(system.settings().config()), faults);
        adopt(opened);
        return opened;
    }

    private void adopt(Journal opened) {
        journal = opened;
        system.getWhenTerminated().whenComplete((done, failure) -> opened.close());
    }

    /** The journal; opened from the configuration if none was set, and then a fault ends the actor system. */
    public synchronized Journal journal() {
        Journal known = journal;
        if (known != null) return known;
        try {
            return open(this::endSystem);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the store: " + e.getMessage(), e);
        }
    }

    private void endSystem(String what, Throwable cause) {
        LoggerFactory.getLogger(EscrowJournal.class).error("{}; the actor system ends", what, cause);
        system.terminate();
    }

    /** Claims {@code id} and remembers the epoch for the writes that follow. */
    CompletionStage<Claim> claim(PersistenceId id) {
        return journal().claim(id).thenApply(claim -> {
            epochs.merge(id, claim.epoch(), (a, b) -> a.compareTo(b) > 0 ? a : b);
            return claim;
        });
    }

    /** The epoch of this node's last claim of {@code id}, or null. */
    @Nullable Epoch epoch(PersistenceId id) {
        return epochs.get(id);
    }

    /** How the extension is found. */
    private static final class Id extends AbstractExtensionId<EscrowJournal> {
        @Override
        public EscrowJournal createExtension(ExtendedActorSystem system) {
            return new EscrowJournal(system);
        }

        @Override
        public EscrowJournal get(ActorSystem system) {
            return super.get(system);
        }
    }
}
