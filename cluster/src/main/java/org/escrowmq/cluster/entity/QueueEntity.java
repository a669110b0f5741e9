package org.escrowmq.cluster.entity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.QueueTables;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.cluster.partition.TransactionList;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.pekko.EscrowJournal;
import org.escrowmq.persistence.pekko.StoredState;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.TransactionCommand;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around one queue: the only writer of its journal. Operations collect while a write is under way; sealing a batch
 * decides them in order on the tentative state and makes one journal entry of them; answers go out when it is durable.
 *
 * <p>A write that fails stops the actor: everything that waits is refused, and the next operation for the queue recovers it
 * from the journal. Nothing here decides on domain data; that is the {@link Partition}'s.
 */
public final class QueueEntity extends AbstractPersistentActor {
    private static final Logger log = LoggerFactory.getLogger(QueueEntity.class);
    private static final int SEAL_EARLY_STEPS = 64;

    private static final Refusal UNKNOWN_OUTCOME = new Refusal(
            RefusalCode.TIMEOUT, "the queue stopped before the outcome was known; send again with the same message id");
    private static final Refusal STOPPED =
            new Refusal(RefusalCode.UNAVAILABLE, "the queue is being recovered or moved; nothing was done, try again");

    /** Batches on their way to the disk, oldest first. */
    private record Batch(List<Step> steps, List<Runnable> answers, Offset messagesEnd, long sequenceNumber) {
        /** The batch as an entry; what it made visible ends here. */
        Batch sealed(Offset end, long number) {
            return new Batch(steps, answers, end, number);
        }

        /** Has this batch, which changed nothing, answered after another one, on whose changes it was decided. */
        void follow(Batch earlier) {
            earlier.steps.addAll(steps);
            earlier.answers.addAll(answers);
        }
    }

    private enum Internal {
        SEAL
    }

    private final QueueContext context;
    private final QueueId id;
    private final Partition partition;
    private final StoredMessages stored;
    private final TransactionList transactions;
    private final QueueQueries queries;
    private final Listeners listeners;
    private final QueueUpkeep upkeep;
    private final Grants grants;
    private final Sends sends;
    private final DurableEnd durableEnd = new DurableEnd();
    private final Confirmations confirmations;
    private final Pulls pulls;
    private final Outbox outbox;
    private final CheckBacks checkBacks;
    private final DueMessages dueMessages;
    private final PendingSteps pending;
    private final Deque<Batch> inFlight = new ArrayDeque<>();
    private final TopicLabels labels;
    private boolean sealRequested;
    private long nextSequenceNumber;
    private long entriesSinceSnapshot;
    private @Nullable Refusal rejected;
    /** The steps of a batch that is being decided: neither pending nor on its way. */
    private List<Step> deciding = List.of();

    private boolean stopping;

    private QueueEntity(QueueContext context) {
        this.context = context;
        this.id = QueueEnvelope.queueOf(getSelf().path().name());
        QueueTables tables = new QueueTables(context.journal().tables(), new PersistenceId(id.persistenceId()));
        this.transactions = new TransactionList(tables);
        this.partition = new Partition(
                new QueueSettings(
                        context.settings().inFlightMax(),
                        context.settings().autoRenewMax().toMillis(),
                        context.settings().clientReleaseDelay().toMillis(),
                        context.settings().duplicateWindow().toMillis(),
                        context.settings().duplicateIdsMax()),
                context.settings().cacheBytesMax(),
                context.cacheBudget(),
                tables,
                context.settings().checks(),
                context.settings().delays(),
                context.upSinceEpochMillis());
        this.stored = new StoredMessages(context.journal(), new PersistenceId(id.persistenceId()));
        this.queries = new QueueQueries(id.number(), stored);
        this.listeners = new Listeners(id.number());
        this.confirmations = new Confirmations(stored, getSelf());
        this.pulls = new Pulls(id.number(), stored, partition, context.settings(), getSelf());
        this.outbox = new Outbox(id, stored, partition, context.routes(), this::enqueueInternal, getSelf());
        this.pending = new PendingSteps(id.number(), context.settings());
        this.upkeep =
                new QueueUpkeep(context, id, partition, stored, context.timers().timer(this::wakeSoon));
        this.labels = new TopicLabels(context.traffic(), topic());
        this.checkBacks = new CheckBacks(
                id,
                partition,
                stored,
                context.producers(),
                labels,
                new CheckBacks.Shell(this::topicName, context.clock(), this::enqueueInternal, this::wakeIn),
                getSelf());
        this.dueMessages = new DueMessages(
                id,
                partition,
                stored,
                context.settings().delays(),
                labels,
                new DueMessages.Shell(context.clock(), this::enqueueInternal, this::wakeIn),
                getSelf());
        this.sends = new Sends(context, pending, confirmations, durableEnd, labels);
        this.grants = new Grants(
                context,
                id,
                partition,
                listeners,
                labels,
                new ReadAhead(stored, partition, context.settings(), getSelf()),
                durableEnd,
                new Grants.Onward(this::enqueueForNextTurn, this::carryOut));
    }

    /** An actor for the queue that its own name says ({@link QueueEnvelope#entityId}). */
    public static Props props(QueueContext context) {
        return Props.create(QueueEntity.class, () -> new QueueEntity(context));
    }

    /** On any thread. */
    private void wakeSoon() {
        getSelf().tell(QueueOperation.Wake.INSTANCE, ActorRef.noSender());
    }

    private Optional<TopicDescription> topic() {
        return context.topics().apply(id.topic());
    }

    @Override
    public String persistenceId() {
        return id.persistenceId();
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
                .match(JournalEntry.class, entry -> partition.replay(entry.head(), context.nowMillis()))
                .match(
                        SnapshotOffer.class,
                        offer -> partition.restore(((StoredState) offer.snapshot()).state(), context.nowMillis()))
                .match(RecoveryCompleted.class, done -> recovered())
                .build();
    }

    private void recovered() {
        nextSequenceNumber = lastSequenceNr() + 1;
        partition.recovered();
        durableEnd.moved(partition.state().next());
        pulls.durable(durableEnd.offset(), context.nowMillis());
        getContext().getSystem().eventStream().subscribe(getSelf(), ClientGone.class);
        getContext().getSystem().eventStream().subscribe(getSelf(), ProducerCame.class);
        for (Step step : upkeep.recovered(context.nowMillis())) enqueueInternal(step);
        carryOut(partition.state().moves());
        context.awake().woke(id, getSelf());
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(QueueOperation.class, this::operation)
                .match(ReadAhead.Arrived.class, this::arrived)
                .match(Confirmations.Arrived.class, read -> decideAgain(confirmations.arrived(read)))
                .match(Pulls.Read.class, this::pulled)
                .match(Outbox.Carried.class, this::carried)
                .match(CheckBacks.Read.class, checkBacks::arrived)
                .match(CheckBacks.Asked.class, checkBacks::asked)
                .match(DueMessages.Read.class, dueMessages::arrived)
                .match(ProducerCame.class, came -> came.topic().equals(topicName()), came -> checkBacks.roomCame())
                .matchEquals(Internal.SEAL, seal -> sealRequestedNow())
                .match(ClientGone.class, gone -> clientGone(gone.clientId()))
                .match(Terminated.class, gone -> listeners.remove(gone.actor()))
                .match(
                        SaveSnapshotSuccess.class,
                        saved -> snapshotSaved(saved.metadata().sequenceNr()))
                .match(SaveSnapshotFailure.class, this::snapshotFailed)
                .match(DeleteMessagesSuccess.class, done -> {})
                .match(DeleteMessagesFailure.class, this::trimFailed)
                .build();
    }

    private void operation(QueueOperation operation) {
        if (operation instanceof QueueOperation.Send send) enqueue(new StoreStep(send, sends));
        else if (operation instanceof QueueOperation.Acknowledge ack) enqueue(new Steps.Acknowledge(ack));
        else if (operation instanceof QueueOperation.Grant grant) grant(grant);
        else if (operation instanceof QueueOperation.ChangeInvisible change) enqueue(new Steps.ChangeInvisible(change));
        else if (operation instanceof QueueOperation.Wake) wake();
        else if (operation instanceof QueueOperation.Subscribe subscribe) subscribe(subscribe);
        else if (operation instanceof QueueOperation.Unsubscribe gone) listeners.remove(gone.group(), gone.hub());
        else if (operation instanceof QueueOperation.ReleaseClient release) clientGone(release.clientId());
        else if (operation instanceof QueueOperation.DeleteGroup delete) enqueue(new Steps.DeleteGroup(delete));
        else if (operation instanceof QueueOperation.Pull pull) pull(pull);
        else if (operation instanceof QueueOperation.EndPull gone) pulls.cancel(gone.answer());
        else if (operation instanceof QueueOperation.ReadProgress read) enqueue(new Steps.ReadProgress(read));
        else if (operation instanceof QueueOperation.MoveGroup move) move(move);
        else if (operation instanceof QueueOperation.Purge purge)
            enqueue(upkeep.purge(purge, durableEnd.offset(), context.nowMillis()));
        else if (operation instanceof QueueOperation.Trace trace)
            enqueue(new TraceStep(trace, context.journal(), stored, transactions, id));
        else if (operation instanceof QueueOperation.Rest) rest();
        else if (operation instanceof QueueOperation.Stop) stopWhenQuiet();
        else others(operation);
    }

    private void others(QueueOperation operation) {
        if (operation instanceof QueueOperation.SendHalves halves)
            enqueue(new TransactionSteps.Store(halves, sends::dropsDuplicates, labels));
        else if (operation instanceof QueueOperation.OnTransaction on) onTransaction(on);
        else if (operation instanceof QueueOperation.SendLater later)
            enqueue(new DelaySteps.Store(later, context.settings().delays().maxDelay(), sends, labels));
        else if (operation instanceof QueueOperation.OnDelayed on) enqueue(new DelaySteps.Command(on, labels));
        else if (operation instanceof QueueOperation.DeadLetter letter)
            enqueue(new MoveSteps.DeadLetter(letter, this::carryOut));
        else if (operation instanceof QueueOperation.TakeIn arrival)
            enqueue(new MoveSteps.TakeIn(arrival, message -> labels.stored(List.of(message))));
        else if (operation instanceof QueueOperation.ForgetArrival forget)
            enqueueInternal(new MoveSteps.Change(new QueueCommand.ForgetArrival(forget.id()), () -> {}));
        else if (operation instanceof QueueOperation.SettleArrival settle)
            enqueueInternal(new MoveSteps.Settle(settle.id(), settle.target(), context.routes()));
        else if (operation instanceof QueueOperation.Redrive redrive)
            enqueue(new MoveSteps.Redrive(redrive, this::carryOut));
        else if (operation instanceof QueueOperation.ReadRedrives read) enqueue(new MoveSteps.ReadRedrives(read));
        else queries.answer(operation, partition, durableEnd.offset(), sends, context.nowMillis());
    }

    /** Whoever answers a check can be asked the next one. */
    private void onTransaction(QueueOperation.OnTransaction on) {
        enqueue(new TransactionSteps.Command(on, labels));
        if (on.command() instanceof TransactionCommand.Resolve resolve && resolve.source() == Source.CHECK) {
            checkBacks.roomCame();
        }
    }

    /** Outside the bound of what may wait: a hub asks once and then waits, and a refusal would leave it waiting for good. */
    private void grant(QueueOperation.Grant grant) {
        upkeep.used(context.nowMillis());
        enqueueInternal(new GrantStep(grant, grants));
    }

    private void pull(QueueOperation.Pull pull) {
        long now = context.nowMillis();
        upkeep.used(now);
        pulls.begin(pull, now);
        upkeep.scheduleBy(pulls.nextDeadlineMillis(), now);
    }

    private void pulled(Pulls.Read read) {
        long now = context.nowMillis();
        pulls.arrived(read, now);
        upkeep.scheduleBy(pulls.nextDeadlineMillis(), now);
    }

    private void move(QueueOperation.MoveGroup move) {
        if (context.reads().test(move.group(), id.topic())) enqueue(new Steps.MoveGroup(move));
        else move.refuse(new Refusal(RefusalCode.GROUP_NOT_FOUND, "group " + move.group() + " was deleted"));
    }

    private void subscribe(QueueOperation.Subscribe subscribe) {
        getContext().watch(subscribe.hub());
        if (!context.reads().test(subscribe.group(), id.topic())) return;
        enqueue(new Steps.OpenGroup(subscribe, () -> {
            listeners.add(subscribe.group(), subscribe.hub());
            boolean has = partition.state().hasCandidates(subscribe.group(), context.nowMillis());
            if (has) listeners.told(subscribe.group(), subscribe.hub());
            subscribe.hub().tell(new QueueOperation.Subscribed(id.number(), getSelf(), has), getSelf());
        }));
    }

    private void enqueue(Step step) {
        upkeep.used(context.nowMillis());
        Refusal problem = pending.offer(step, confirmations.size());
        if (problem == null) requestSeal();
        else step.refuse(problem);
    }

    /** What is in the mailbox already goes into the same batch: the request to seal queues up behind it. */
    private void requestSeal() {
        if (sealRequested) return;
        if (!inFlight.isEmpty() && pending.size() < SEAL_EARLY_STEPS) return;
        sealRequested = true;
        getSelf().tell(Internal.SEAL, getSelf());
    }

    private void sealRequestedNow() {
        sealRequested = false;
        pending.turn();
        seal();
    }

    private void seal() {
        Optional<TopicDescription> topic = topic();
        if (topic.isEmpty()) {
            stopForGood();
            return;
        }
        sends.dropDuplicates(topic.get().dropsDuplicates());
        long now = context.nowMillis();
        while (!pending.isEmpty() && inFlight.size() < context.settings().batchesInFlightMax() && !snapshotDue()) {
            Step.Moment moment =
                    new Step.Moment(context.nowMillis(), context.clock().millis());
            Batch batch = decide(moment);
            if (partition.hasChanges()) write(batch, moment);
            else if (inFlight.isEmpty()) batch.answers().forEach(Runnable::run);
            else batch.follow(inFlight.getLast());
            deciding = List.of();
            now = moment.nowMillis();
            listeners.signal(partition.state(), now);
        }
        checkBacks.plan();
        dueMessages.plan();
        // By the time of the signals: what became visible since has not been told to anyone.
        upkeep.schedule(now);
        if (stopping) stopWhenQuiet();
    }

    private boolean snapshotDue() {
        return !inFlight.isEmpty()
                && entriesSinceSnapshot >= 2L * context.settings().snapshotEveryEvents();
    }

    private Batch decide(Step.Moment moment) {
        List<Step> steps = new ArrayList<>();
        List<Runnable> answers = new ArrayList<>();
        deciding = steps;
        long bytes = 0;
        boolean full = !context.journal().acceptsBodies();
        int room = pending.size();
        while (room-- > 0 && steps.size() < context.settings().batchOperationsMax()) {
            Step step = pending.next(bytes);
            if (step == null) break;
            if (full && step.bytes() > 0) {
                step.refuse(storageFull());
                continue;
            }
            bytes += step.bytes();
            steps.add(step);
            answers.add(step.decide(partition, moment));
        }
        return new Batch(steps, answers, partition.state().next(), nextSequenceNumber);
    }

    private Refusal storageFull() {
        return new Refusal(
                RefusalCode.STORAGE_FULL,
                "the disk has " + context.journal().status().freeBytes() + " bytes free, less than"
                        + " escrow.persistence.min-free-bytes; sends are refused until there is more, acks still work");
    }

    private void write(Batch batch, Step.Moment moment) {
        long number = nextSequenceNumber++;
        JournalEntry entry = partition.seal(
                number,
                moment.epochMillis(),
                moment.nowMillis(),
                upkeep.retentionClass(),
                () -> upkeep.beforeSeal(moment.epochMillis()));
        inFlight.add(batch.sealed(partition.state().next(), number));
        persistAsync(entry, durable -> durable());
    }

    private void durable() {
        Batch batch = inFlight.remove();
        partition.durable(batch.sequenceNumber());
        List<Step> ready = durableEnd.moved(batch.messagesEnd());
        batch.answers().forEach(Runnable::run);
        pulls.durable(durableEnd.offset(), context.nowMillis());
        pending.addAll(ready);
        entriesSinceSnapshot++;
        if (inFlight.isEmpty()
                && (entriesSinceSnapshot >= context.settings().snapshotEveryEvents()
                        || upkeep.givenUp().wantsSnapshot())) {
            snapshot();
        }
        if (!pending.isEmpty() && !sealRequested) seal();
        if (stopping) stopWhenQuiet();
    }

    /** Only with nothing in flight: then the tentative state is the durable one. */
    private void snapshot() {
        entriesSinceSnapshot = 0;
        upkeep.givenUp().snapshotTaken();
        if (upkeep.holdsNothingElse()) upkeep.givenUp().durable(nextSequenceNumber - 1);
        saveSnapshot(new StoredState(partition.state().snapshot(context.nowMillis())));
    }

    private void snapshotSaved(long sequenceNumber) {
        long trim = upkeep.givenUp().trimmableUpTo(sequenceNumber);
        if (trim > 0) deleteMessages(trim);
    }

    private void snapshotFailed(SaveSnapshotFailure failure) {
        log.warn(
                "no snapshot of {} could be saved; recovery reads more of the journal until one is",
                id,
                failure.cause());
    }

    private void trimFailed(DeleteMessagesFailure failure) {
        log.warn("{} could not be trimmed; tried again with the next snapshot", id, failure.cause());
    }

    private void arrived(ReadAhead.Arrived read) {
        if (!grants.arrived(read)) upkeep.readAgain(context.nowMillis());
    }

    /** Its bytes were counted when it was put aside. */
    private void decideAgain(StoreStep step) {
        pending.add(step);
        requestSeal();
    }

    private void wake() {
        long now = context.nowMillis();
        upkeep.timerFired();
        if (topic().isEmpty()) {
            stopForGood();
            return;
        }
        if (upkeep.readsAgain(now)) listeners.rearm();
        listeners.signal(partition.state(), now);
        pulls.expire(now);
        outbox.goOn(topicName(), now);
        checkBacks.goOn();
        dueMessages.goOn();
        for (Step step : upkeep.due(now, this::carryOut)) enqueueInternal(step);
        if (upkeep.isIdle(now) && checkBacks.isIdle() && dueMessages.isIdle() && nobodyWaits()) sleep();
        upkeep.schedule(now);
        upkeep.scheduleBy(Math.min(pulls.nextDeadlineMillis(), outbox.nextRetryMillis()), now);
        checkBacks.plan();
        dueMessages.plan();
    }

    private void wakeIn(long millis) {
        long now = context.nowMillis();
        upkeep.scheduleBy(now + millis, now);
    }

    private void sleep() {
        Optional<Step> first = upkeep.beforeSleep();
        if (first.isPresent()) {
            enqueueInternal(first.get());
            return;
        }
        passivate();
    }

    /** Takes moves whose intents are durable. */
    private void carryOut(List<Move> moves) {
        if (!moves.isEmpty()) outbox.begin(moves, topicName(), context.nowMillis());
    }

    private void carried(Outbox.Carried carried) {
        long now = context.nowMillis();
        outbox.carried(carried, topicName(), now);
        upkeep.scheduleBy(outbox.nextRetryMillis(), now);
    }

    private @Nullable TopicName topicName() {
        return topic().map(TopicDescription::name).orElse(null);
    }

    /** Not while anything is leased or waits: an actor that comes back would let that time run anew. */
    private void rest() {
        boolean leased = partition.state().nextVisibleMillis() != Long.MAX_VALUE;
        if (!leased && nobodyWaits() && dueMessages.isIdle()) sleep();
    }

    private boolean nobodyWaits() {
        return listeners.isEmpty() && pulls.isEmpty() && outbox.isEmpty() && isQuiet();
    }

    private void passivate() {
        context.awake().sleeps(id, getSelf());
        getContext().getParent().tell(new ShardRegion.Passivate(QueueOperation.Stop.INSTANCE), getSelf());
    }

    private void enqueueInternal(Step step) {
        pending.add(step);
        requestSeal();
    }

    private void enqueueForNextTurn(Step step) {
        pending.addForNextTurn(step);
        if (sealRequested) return;
        sealRequested = true;
        getSelf().tell(Internal.SEAL, getSelf());
    }

    private void clientGone(String clientId) {
        if (partition.state().renewingClients().contains(clientId))
            enqueueInternal(new Steps.ReleaseClient(clientId, 0));
    }

    /** Nobody sends here any more; what came before is finished. */
    private void stopWhenQuiet() {
        stopping = true;
        dueMessages.stop();
        context.awake().sleeps(id, getSelf());
        if (isQuiet()) getContext().stop(getSelf());
    }

    /** Whether nothing is under way that somebody waits for. Moves are not: they are carried again by the next actor. */
    private boolean isQuiet() {
        return pending.isQuiet() && inFlight.isEmpty() && confirmations.size() == 0;
    }

    /** The topic was deleted: nothing is decided any more, and what is stored will be erased. */
    private void stopForGood() {
        Refusal gone = new Refusal(RefusalCode.TOPIC_NOT_FOUND, "the topic of queue " + id + " was deleted");
        pending.refuseAll(gone);
        confirmations.refuse(gone);
        pulls.refuseAll(gone);
        getContext().stop(getSelf());
    }

    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNr) {
        rejected = storageFull();
        getContext().stop(getSelf());
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long sequenceNr) {
        log.error("{} stops: entry {} was not accepted", id, sequenceNr, cause);
    }

    /** A restarted actor would look the same to the hubs that watch it, and not know them: it ends, and they subscribe anew. */
    @Override
    public void postRestart(Throwable reason) {
        getContext().stop(getSelf());
    }

    @Override
    public void postStop() {
        context.awake().gone(id, getSelf());
        if (isQuiet()) EscrowJournal.of(getContext().getSystem()).released(new PersistenceId(id.persistenceId()));
        upkeep.stop();
        partition.end();
        Refusal undone = rejected == null ? UNKNOWN_OUTCOME : rejected;
        inFlight.forEach(batch -> batch.steps().forEach(step -> step.refuse(undone)));
        deciding.forEach(step -> step.refuse(STOPPED));
        pending.refuseAll(STOPPED);
        confirmations.refuse(STOPPED);
        pulls.refuseAll(STOPPED);
    }
}
