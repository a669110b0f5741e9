package org.escrowmq.persistence.pekko;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
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
    private final ConcurrentHashMap<PersistenceId, WriterSession> sessions = new ConcurrentHashMap<>();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
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
        Journal opened =
                LocalJournal.open(PersistenceSettings.of(system.settings().config()), faults);
        adopt(opened);
        return opened;
    }

    private void adopt(Journal opened) {
        journal = opened;
        system.getWhenTerminated().whenComplete((done, failure) -> {
            try {
                opened.close();
                closed.complete(null);
            } catch (RuntimeException e) {
                closed.completeExceptionally(e);
            }
        });
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
            sessions.merge(id, new WriterSession(claim.epoch()), WriterSession::newer);
            return claim;
        });
    }

    /**
     * What goes with the writes of {@code id} since this node's last claim of it. Waits for a claim when there is none, which
     * happens only to writers that write without having recovered.
     */
    WriterSession session(PersistenceId id) {
        WriterSession known = sessions.get(id);
        if (known != null) return known;
        claim(id).toCompletableFuture().join();
        return Objects.requireNonNull(sessions.get(id));
    }

    /**
     * The writer of {@code id} has ended with nothing on its way: its epoch is forgotten here, so that ids that sleep cost no memory. The
     * next writer claims anew. What Pekko still does for the old one (a trim, a snapshot) claims for itself.
     */
    public void released(PersistenceId id) {
        sessions.remove(id);
    }

    /** How many ids have an epoch here: those with a writer. */
    int sessions() {
        return sessions.size();
    }

    /** Completes when the journal is closed, some time after the actor system has ended; await it before the process ends. */
    public CompletionStage<@Nullable Void> closed() {
        return closed;
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
