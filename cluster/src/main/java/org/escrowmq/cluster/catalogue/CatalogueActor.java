package org.escrowmq.cluster.catalogue;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * The one writer of the catalogue. While an entry is on its way to the disk requests collect; then they are decided one after
 * another, each on what the ones before it led to, and become one entry. The answers follow once it is durable and visible in
 * {@link CatalogueState}. So thousands of topics that are made at once cost a few syncs.
 *
 * <p>A write that fails stops the actor; its supervisor starts it again after a pause. Meanwhile the state answers reads, and
 * changes are refused with UNAVAILABLE.
 */
public final class CatalogueActor extends AbstractPersistentActor {
    private static final int SNAPSHOT_EVERY_MIN = 1_000;
    private static final int SECRET_BYTES = 32;
    /** What one entry may answer: with names of the greatest length it has about 100 KiB. */
    private static final int BATCH_REQUESTS_MAX = 256;

    private enum Internal {
        DECIDE
    }

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
    /** Requests that are not decided yet. */
    private final Deque<Ask> waiting = new ArrayDeque<>();
    /** Requests whose answers depend on the entry that is on its way. */
    private List<Ask> writing = List.of();
    /** What the state will be once everything that was decided is durable. */
    private CatalogueState decided = new CatalogueState();

    private boolean onItsWay;
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
        decided = state.copy();
        if (state.secret().isPresent()) {
            recovered.complete(null);
            return;
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        List<CatalogueEvent> made = List.of(new CatalogueEvent.SecretMade(ByteBuffer.wrap(secret)));
        made.forEach(decided::apply);
        write(made, () -> recovered.complete(null));
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Ask.class, this::ask)
                .matchEquals(Internal.DECIDE, decide -> decideWaiting())
                .match(
                        SaveSnapshotSuccess.class,
                        saved -> deleteMessages(saved.metadata().sequenceNr()))
                .match(SaveSnapshotFailure.class, failure -> eventsSinceSnapshot = 0)
                .match(DeleteMessagesSuccess.class, done -> {})
                .match(DeleteMessagesFailure.class, failure -> {})
                .build();
    }

    private void ask(Ask ask) {
        waiting.add(ask);
        decideWaiting();
    }

    private void decideWaiting() {
        while (!onItsWay && !waiting.isEmpty()) {
            List<CatalogueEvent> events = new ArrayList<>();
            List<Runnable> answers = new ArrayList<>();
            List<Ask> batch = new ArrayList<>();
            long now = clock.millis();
            while (batch.size() < BATCH_REQUESTS_MAX && !waiting.isEmpty()) {
                Ask ask = waiting.remove();
                batch.add(ask);
                answers.add(decide(ask, now, events));
            }
            if (events.isEmpty()) answers.forEach(Runnable::run);
            else write(batch, events, answers);
        }
    }

    /** The answer, refusals included, waits with the others of the batch: it may rest on what is not durable yet. */
    private Runnable decide(Ask ask, long nowEpochMillis, List<CatalogueEvent> events) {
        Outcome<CatalogueRules.Decided> outcome = rules.decide(decided, ask.request(), nowEpochMillis);
        outcome.fold(CatalogueRules.Decided::events, refusal -> List.<CatalogueEvent>of())
                .forEach(event -> {
                    decided.apply(event);
                    events.add(event);
                });
        Outcome<Object> answer = outcome.fold(done -> Outcome.done(done.answer()), Outcome.Refused::new);
        return () -> ask.answer().complete(answer);
    }

    private void write(List<Ask> batch, List<CatalogueEvent> events, List<Runnable> answers) {
        writing = batch;
        write(events, () -> {
            writing = List.of();
            answers.forEach(Runnable::run);
        });
    }

    /** One entry at a time: what comes meanwhile goes into the next one. */
    private void write(List<CatalogueEvent> events, Runnable then) {
        JournalEntry entry =
                new JournalEntry(CatalogueCodec.encode(events), List.of(), List.of(), RetentionClass.STATE);
        onItsWay = true;
        persistAsync(entry, durable -> {
            onItsWay = false;
            take(lastSequenceNr(), events);
            eventsSinceSnapshot += events.size();
            then.run();
            if (eventsSinceSnapshot >= Math.max(SNAPSHOT_EVERY_MIN, eventsInSnapshot)) snapshot();
            decideWaiting();
        });
    }

    /** As many new events as the last snapshot had: what snapshots write stays in proportion to what is written anyway. */
    private void snapshot() {
        List<CatalogueEvent> events = state.asEvents();
        eventsInSnapshot = events.size();
        eventsSinceSnapshot = 0;
        saveSnapshot(new StoredState(CatalogueCodec.encode(events)));
    }

    /** Whoever asks may ask again. What was decided did not come about, so what comes next is decided on what is durable. */
    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNr) {
        Refusal why = new Refusal(RefusalCode.STORAGE_FULL, "the catalogue cannot be written: " + cause.getMessage());
        writing.forEach(ask -> ask.refuse(why));
        writing = List.of();
        if (!recovered.isDone()) recovered.completeExceptionally(cause);
        onItsWay = false;
        decided = state.copy();
        getSelf().tell(Internal.DECIDE, getSelf());
    }

    @Override
    public void postStop() {
        recovered.completeExceptionally(new IllegalStateException("the catalogue could not be recovered"));
        Refusal unknown = new Refusal(RefusalCode.TIMEOUT, "the catalogue stopped before the outcome was known");
        writing.forEach(ask -> ask.refuse(unknown));
        Refusal undone = new Refusal(RefusalCode.UNAVAILABLE, "the catalogue stopped; nothing was done, try again");
        waiting.forEach(ask -> ask.refuse(undone));
    }
}
