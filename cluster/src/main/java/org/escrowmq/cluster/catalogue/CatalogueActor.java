package org.escrowmq.cluster.catalogue;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.escrowmq.cluster.Awaited;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.pekko.StoredState;

/**
 * The one writer of the catalogue. Requests are decided one at a time on the durable state; the answer follows once the
 * events are durable and visible in {@link CatalogueState}.
 *
 * <p>A write that fails stops the actor; its supervisor starts it again after a pause. Meanwhile the state answers reads, and
 * changes are refused with UNAVAILABLE.
 */
public final class CatalogueActor extends AbstractPersistentActor {
    private static final int SNAPSHOT_EVERY_MIN = 1_000;
    private static final int SECRET_BYTES = 32;

    /** A request with the future that gets its answer. */
    record Ask(CatalogueRequest request, CompletableFuture<Outcome<Object>> answer) implements Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    private final CatalogueState state;
    private final CatalogueRules rules;
    private final InstantSource clock;
    private final Consumer<CatalogueEvent> changed;
    private final CompletableFuture<Void> recovered;
    private final Deque<Ask> writing = new ArrayDeque<>();
    private long eventsSinceSnapshot;
    private long eventsInSnapshot;

    private CatalogueActor(
            CatalogueState state,
            CatalogueRules rules,
            InstantSource clock,
            Consumer<CatalogueEvent> changed,
            CompletableFuture<Void> recovered) {
        this.state = state;
        this.rules = rules;
        this.clock = clock;
        this.changed = changed;
        this.recovered = recovered;
    }

    static Props props(
            CatalogueState state,
            CatalogueRules rules,
            InstantSource clock,
            Consumer<CatalogueEvent> changed,
            CompletableFuture<Void> recovered) {
        return Props.create(CatalogueActor.class, () -> new CatalogueActor(state, rules, clock, changed, recovered));
    }

    @Override
    public String persistenceId() {
        return "catalogue";
    }

    @Override
    public String journalPluginId() {
        return "escrow.persistence.pekko-journal";
    }

    @Override
    public String snapshotPluginId() {
        return "escrow.persistence.pekko-snapshots";
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(JournalEntry.class, entry -> replay(entry.head()))
                .match(SnapshotOffer.class, this::replaySnapshot)
                .match(RecoveryCompleted.class, done -> recovered())
                .build();
    }

    private void replaySnapshot(SnapshotOffer offer) {
        List<CatalogueEvent> events = CatalogueCodec.decode(((StoredState) offer.snapshot()).state());
        take(offer.metadata().sequenceNr(), events);
        eventsInSnapshot = events.size();
    }

    private void replay(ByteBuffer head) {
        List<CatalogueEvent> events = CatalogueCodec.decode(head);
        take(lastSequenceNr(), events);
        eventsSinceSnapshot += events.size();
    }

    /**
     * Applies an entry. An actor that comes back finds the state as the one before it left it, while others read it: entries
     * that are in it are passed over, since applying them again would show for a moment what was once. One that became
     * durable while its writer failed is news like any other.
     */
    private void take(long sequenceNumber, List<CatalogueEvent> events) {
        if (sequenceNumber <= state.appliedUpTo()) return;
        boolean news = recovered.isDone();
        for (CatalogueEvent event : events) {
            state.apply(event);
            if (news) changed.accept(event);
        }
        state.appliedUpTo(sequenceNumber);
    }

    private void recovered() {
        if (state.secret().isPresent()) {
            recovered.complete(null);
            return;
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        write(List.of(new CatalogueEvent.SecretMade(ByteBuffer.wrap(secret))), () -> recovered.complete(null));
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Ask.class, this::ask)
                .match(
                        SaveSnapshotSuccess.class,
                        saved -> deleteMessages(saved.metadata().sequenceNr()))
                .match(SaveSnapshotFailure.class, failure -> eventsSinceSnapshot = 0)
                .match(DeleteMessagesSuccess.class, done -> {})
                .match(DeleteMessagesFailure.class, failure -> {})
                .build();
    }

    private void ask(Ask ask) {
        Outcome<CatalogueRules.Decided> outcome = rules.decide(state, ask.request(), clock.millis());
        if (outcome instanceof Outcome.Refused<CatalogueRules.Decided> refused) {
            ask.answer().complete(new Outcome.Refused<>(refused.refusal()));
            return;
        }
        CatalogueRules.Decided decided = ((Outcome.Done<CatalogueRules.Decided>) outcome).value();
        if (decided.events().isEmpty()) {
            ask.answer().complete(Outcome.done(decided.answer()));
            return;
        }
        writing.add(ask);
        write(decided.events(), () -> writing.remove().answer().complete(Outcome.done(decided.answer())));
    }

    /** {@code persist}: the next request waits until this one is durable, so each is decided on what is durable. */
    private void write(List<CatalogueEvent> events, Runnable then) {
        JournalEntry entry =
                new JournalEntry(CatalogueCodec.encode(events), List.of(), List.of(), RetentionClass.STATE);
        persist(entry, durable -> {
            take(lastSequenceNr(), events);
            eventsSinceSnapshot += events.size();
            then.run();
            if (eventsSinceSnapshot >= Math.max(SNAPSHOT_EVERY_MIN, eventsInSnapshot)) snapshot();
        });
    }

    /** As many new events as the last snapshot had: what snapshots write stays in proportion to what is written anyway. */
    private void snapshot() {
        List<CatalogueEvent> events = state.asEvents();
        eventsInSnapshot = events.size();
        eventsSinceSnapshot = 0;
        saveSnapshot(new StoredState(CatalogueCodec.encode(events)));
    }

    /** Whoever asks may ask again; the answers that follow must not meet the wrong question. */
    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNr) {
        Ask refused = writing.poll();
        if (refused == null) recovered.completeExceptionally(cause);
        else
            refused.refuse(
                    new Refusal(RefusalCode.STORAGE_FULL, "the catalogue cannot be written: " + cause.getMessage()));
    }

    @Override
    public void postStop() {
        recovered.completeExceptionally(new IllegalStateException("the catalogue could not be recovered"));
        writing.forEach(ask -> ask.answer()
                .complete(Outcome.refused(RefusalCode.TIMEOUT, "the catalogue stopped before the outcome was known")));
    }
}
