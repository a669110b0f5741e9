package org.escrowmq.cluster.entity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.partition.BatchRow;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.MoveId;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueState;

/**
 * What a queue does by the clock: one timer for the next lease that ends, the retention of its oldest message, the clients
 * whose leases it renews, and going to sleep. Owned by the queue's actor.
 */
final class QueueUpkeep {
    private static final int EXPIRED_BATCHES_MAX = 500;
    private static final int STALE_ROWS_MAX = 1_000;
    /** The pause between two steps of a trim that is too large for one. */
    private static final long NEXT_TRIM_MILLIS = 50;
    /** The pause before it is looked again whether the journal was trimmed after a purge. */
    private static final long AWAIT_TRIM_MILLIS = 1_000;

    /** The pause before messages that could not be read are tried again. */
    static final long READ_AGAIN_MILLIS = 1_000;

    private static final long UNKNOWN = -1;
    private static final long AT_ONCE = 0;

    /** How often all outstanding messages are looked at for those that have had their attempts. */
    private static final long LOOK_FOR_DEAD_MILLIS = 1_000;

    /** When the origins of messages that were moved here are asked whether they may come again, after a recovery and from then on. */
    private static final long SETTLE_FIRST_MILLIS = 5_000;

    private static final long SETTLE_EVERY_MILLIS = 60_000;
    private static final int SETTLED_AT_ONCE_MAX = 1_000;

    /** How soon after a restart of the node a queue with outstanding messages is woken, so that none of them is forgotten. */
    private static final long LOOK_AGAIN_MILLIS = 30_000;

    /** How long before its first waiting message is due a queue that sleeps is woken. */
    static final long WAKES_BEFORE_DUE_MILLIS = 3_000;

    private final QueueContext context;
    private final QueueId id;
    private final Partition partition;
    private final StoredMessages stored;
    private final TimingWheel.Timer timer;
    private long timerAtMillis = Long.MAX_VALUE;
    private long lastUsedMillis;
    private long nextRetentionCheckMillis;
    private long clientsCheckMillis = Long.MAX_VALUE;
    private long readAgainMillis = Long.MAX_VALUE;
    private long nextLookForDeadMillis;
    private boolean deadLookWanted;
    private long nextSettleMillis;
    private long wakeWritten = UNKNOWN;
    /** Whether the queue is about to sleep: only its retention and what falls due wake it then. */
    private boolean resting;

    private final GivenUp givenUp = new GivenUp();

    QueueUpkeep(QueueContext context, QueueId id, Partition partition, StoredMessages stored, TimingWheel.Timer timer) {
        this.context = context;
        this.id = id;
        this.partition = partition;
        this.stored = stored;
        this.timer = timer;
    }

    /**
     * What is to be done first. A delivery that was recorded right before a crash may never have reached its client, and that client may
     * live on and be heard: its leases of that time get the liveness time as grace and are not renewed. Those of deliveries from now
     * on are.
     */
    List<Step> recovered(long nowMillis) {
        partition.newest(stored.newest());
        partition.oldest(stored.oldest(partition.state().first()));
        stored.batchBefore(partition.state().first()).ifPresent(last -> {
            givenUp.purgeDecided();
            givenUp.durable(last);
        });
        lastUsedMillis = nowMillis;
        nextRetentionCheckMillis = nowMillis;
        nextLookForDeadMillis = nowMillis;
        nextSettleMillis = nowMillis + SETTLE_FIRST_MILLIS;
        long livenessMillis = context.settings().clientLiveness().toMillis();
        clientsCheckMillis = nowMillis + livenessMillis;
        List<Step> steps = new ArrayList<>();
        for (String client : partition.state().renewingClients()) {
            steps.add(new Steps.ReleaseClient(client, livenessMillis));
        }
        schedule(nowMillis);
        return steps;
    }

    void used(long nowMillis) {
        lastUsedMillis = nowMillis;
        resting = false;
    }

    /** Sets the timer to the next thing to do; a timer that fires too early only costs a look. */
    void schedule(long nowMillis) {
        long idleAt = lastUsedMillis + context.settings().idleQueueTimeout().toMillis();
        long next = Math.min(
                partition.state().nextVisibleMillisAfter(nowMillis),
                Math.min(readAgainMillis, Math.min(nextRetentionCheckMillis, clientsCheckMillis)));
        if (partition.state().hasOpenArrivals()) next = Math.min(next, nextSettleMillis);
        if (deadLookWanted) next = Math.min(next, nextLookForDeadMillis);
        next = Math.min(next, Math.max(idleAt, nowMillis + 1_000));
        scheduleBy(next, nowMillis);
    }

    /** Sets the timer to this time, unless it is set to an earlier one. */
    void scheduleBy(long atMillis, long nowMillis) {
        if (atMillis >= timerAtMillis) return;
        timerAtMillis = atMillis;
        timer.set(Math.max(1, atMillis - nowMillis));
    }

    /** Messages could not be read. */
    void readAgain(long nowMillis) {
        readAgainMillis = nowMillis + READ_AGAIN_MILLIS;
        schedule(nowMillis);
    }

    /** Whether it is time, after a read that failed, to try again; once. */
    boolean readsAgain(long nowMillis) {
        if (nowMillis < readAgainMillis) return false;
        readAgainMillis = Long.MAX_VALUE;
        return true;
    }

    void timerFired() {
        timerAtMillis = Long.MAX_VALUE;
    }

    void stop() {
        timer.cancel();
    }

    boolean isIdle(long nowMillis) {
        return nowMillis - lastUsedMillis
                        >= context.settings().idleQueueTimeout().toMillis()
                && !givenUp.rowsLeft()
                && partition.state().renewingClients().isEmpty()
                && !endsAttempts();
    }

    /** Whether an idle queue may leave memory. Where the time that wakes it is not right for that, first the step that writes it. */
    Optional<Step> beforeSleep() {
        if (resting) return Optional.empty();
        resting = true;
        return wakeWritten == restsUntil() ? Optional.empty() : Optional.of(new WriteWake());
    }

    /** Whether a message will go to the dead letters when its lease ends: somebody must be awake then. */
    private boolean endsAttempts() {
        QueueState state = partition.state();
        return state.hasMoves()
                || state.openGroups().stream()
                        .anyMatch(group ->
                                state.endsAttempts(group, context.maxAttempts().applyAsInt(group)));
    }

    /** What is to be done now, as steps. {@code intended} takes the moves that they lead to, once they are durable. */
    List<Step> due(long nowMillis, Consumer<List<Move>> intended) {
        List<Step> steps = new ArrayList<>();
        if (wakeIsWrong()) steps.add(new WriteWake());
        lookForDead(steps, nowMillis, intended);
        if (nowMillis >= clientsCheckMillis) {
            clientsCheckMillis = nowMillis + context.settings().clientLiveness().toMillis();
            for (String client : partition.state().renewingClients()) {
                if (!context.clients().isAlive(client)) steps.add(new Steps.ReleaseClient(client, 0));
            }
        }
        if (nowMillis >= nextSettleMillis) {
            nextSettleMillis = nowMillis + SETTLE_EVERY_MILLIS;
            settleArrivals(steps);
        }
        if (nowMillis >= nextRetentionCheckMillis) {
            nextRetentionCheckMillis =
                    nowMillis + context.settings().retentionCheckInterval().toMillis();
            addTrim(steps, nowMillis);
        }
        return steps;
    }

    /** Something may have become visible that has had its attempts; what is not looked at now is soon. */
    private void lookForDead(List<Step> steps, long nowMillis, Consumer<List<Move>> intended) {
        boolean anyVisible = partition.state().nextVisibleMillis() <= nowMillis;
        deadLookWanted = anyVisible && nowMillis < nextLookForDeadMillis;
        if (!anyVisible || deadLookWanted) return;
        nextLookForDeadMillis = nowMillis + LOOK_FOR_DEAD_MILLIS;
        for (GroupName group : partition.state().openGroups()) {
            int maxAttempts = context.maxAttempts().applyAsInt(group);
            if (partition.state().endsAttempts(group, maxAttempts)) {
                steps.add(new MoveSteps.Bury(group, maxAttempts, intended));
            }
        }
    }

    /** Asks the origins of messages that were moved here whether they may come again; an origin that is gone sends nothing. */
    private void settleArrivals(List<Step> steps) {
        List<MoveId> open = partition.state().openArrivals();
        for (MoveId arrival : open.subList(0, Math.min(SETTLED_AT_ONCE_MAX, open.size()))) {
            if (context.topics().apply(arrival.from().topic()).isPresent()) {
                context.routes().tell(arrival.from(), new QueueOperation.SettleArrival(arrival, id));
            } else {
                steps.add(new MoveSteps.Change(new QueueCommand.ForgetArrival(arrival), () -> {}));
            }
        }
    }

    private void addTrim(List<Step> steps, long nowMillis) {
        long keptSince = context.clock().millis() - retentionMillis();
        boolean clears = givenUp.rowsMayGo();
        if (givenUp.rowsLeft()) nextRetentionCheckMillis = nowMillis + (clears ? NEXT_TRIM_MILLIS : AWAIT_TRIM_MILLIS);
        boolean forgets = partition.transactions().oldestRolledBackEpochMillis() < keptSince
                || partition.delays().oldestRecalledUntilEpochMillis()
                        < context.clock().millis();
        if (partition.oldestStoredEpochMillis() > keptSince && !clears && !forgets) return;
        List<BatchRow> expired =
                stored.storedBefore(keptSince, partition.state().first(), EXPIRED_BATCHES_MAX);
        List<TableOperation> stale = stored.staleSearchRows(keptSince, STALE_ROWS_MAX);
        if (clears && expired.size() < EXPIRED_BATCHES_MAX) givenUp.rowsGone();
        if (expired.isEmpty() && stale.isEmpty() && !forgets) {
            if (clears) steps.add(new WriteWake());
            return;
        }
        if (expired.size() == EXPIRED_BATCHES_MAX || stale.size() >= STALE_ROWS_MAX)
            nextRetentionCheckMillis = nowMillis + NEXT_TRIM_MILLIS;
        steps.add(new Trim(expired, stale));
    }

    /** Gives up messages, or tells what would go. */
    Step purge(QueueOperation.Purge purge, Offset durableEnd, long nowMillis) {
        return new PurgeStep(purge, stored, durableEnd, last -> {
            givenUp.purgeDecided();
            nextRetentionCheckMillis = Math.min(nextRetentionCheckMillis, nowMillis + NEXT_TRIM_MILLIS);
            return () -> givenUp.durable(last);
        });
    }

    /** Writes the wake time anew, which may be why the queue was woken: it moves with every look. */
    private final class WriteWake implements Step {
        @Override
        public Runnable decide(Partition decided, Moment moment) {
            wakeWritten = wakeTime(moment.epochMillis());
            decided.change(wakeOperation(wakeWritten));
            return () -> {};
        }

        @Override
        public void refuse(Refusal why) {
            wakeWritten = UNKNOWN;
        }
    }

    /** Gives up the messages of expired batches. */
    private final class Trim implements Step {
        private final List<BatchRow> expired;
        private final List<TableOperation> stale;

        Trim(List<BatchRow> expired, List<TableOperation> stale) {
            this.expired = expired;
            this.stale = stale;
        }

        @Override
        public Runnable decide(Partition decided, Moment moment) {
            stale.forEach(decided::change);
            int forgotten =
                    decided.transactions().forgetRolledBack(moment.epochMillis() - retentionMillis(), STALE_ROWS_MAX);
            forgotten = Math.max(forgotten, decided.delays().forgetRecalled(moment.epochMillis(), STALE_ROWS_MAX));
            if (forgotten == STALE_ROWS_MAX) nextRetentionCheckMillis = moment.nowMillis() + NEXT_TRIM_MILLIS;
            if (expired.isEmpty()) return () -> {};
            List<BatchRow> free = free(decided.state());
            if (free.isEmpty()) {
                nextRetentionCheckMillis = moment.nowMillis()
                        + context.settings().retentionCheckInterval().toMillis();
                return () -> {};
            }
            free.forEach(decided::remove);
            BatchRow last = free.get(free.size() - 1);
            boolean purgedBefore = last.end().compareTo(decided.state().first()) <= 0;
            if (purgedBefore) return () -> {};
            decided.decide(new QueueCommand.Trim(last.end()), moment.nowMillis());
            decided.trimmed(last, stored.oldest(last.end()), moment.epochMillis());
            // The entry of a message that a transaction made visible is an older one.
            BatchRow newest = Collections.max(free, Comparator.comparingLong(BatchRow::lastEntry));
            return () -> givenUp.durable(newest);
        }

        /**
         * What is on its way elsewhere is kept until it is there, unless the disk is full: then nothing can be moved either, and
         * what is over has to make room.
         */
        private List<BatchRow> free(QueueState state) {
            if (!state.hasMoves() || !context.journal().acceptsBodies()) return expired;
            long lowest = state.moves().stream()
                    .mapToLong(move -> move.offset().value())
                    .min()
                    .orElse(Long.MAX_VALUE);
            return expired.stream()
                    .takeWhile(batch -> batch.end().value() <= lowest)
                    .toList();
        }

        @Override
        public void refuse(Refusal why) {
            // Found again by the next check.
        }
    }

    /** Adds the next wake time to the batch when it changed: a sleeping queue is woken for its retention. */
    void beforeSeal(long epochMillis) {
        long wake = wakeTime(epochMillis);
        if (wake == wakeWritten) return;
        wakeWritten = wake;
        partition.change(wakeOperation(wake));
    }

    /**
     * For the retention, and soon while something is outstanding, whose leases may end after a restart while nobody polls. An earlier
     * time that was written and is not over stays: a look too many costs less than a write for each message.
     */
    private long wakeTime(long epochMillis) {
        if (givenUp.rowsLeft()) return AT_ONCE;
        long rest = restsUntil();
        boolean mayRest =
                !partition.state().hasMoves() && partition.transactions().open() == 0;
        if (resting && mayRest) return rest;
        boolean soon = wakeWritten > epochMillis && wakeWritten <= epochMillis + LOOK_AGAIN_MILLIS;
        if (soon && wakeWritten < rest) return wakeWritten;
        boolean busy =
                partition.state().hasOutstanding() || partition.transactions().open() > 0;
        return busy ? Math.min(rest, epochMillis + LOOK_AGAIN_MILLIS) : rest;
    }

    /** A queue that sleeps is back before its first waiting message is due. */
    private long restsUntil() {
        long due = partition.delays().nextDueEpochMillis();
        return Math.min(retentionTime(), due == Long.MAX_VALUE ? due : Math.max(1, due - WAKES_BEFORE_DUE_MILLIS));
    }

    /** Whether another time than the one that was written is right by now; a queue that never held anything has none. */
    private boolean wakeIsWrong() {
        boolean stores = partition.oldestStoredEpochMillis() != Partition.NOTHING_STORED;
        boolean waits =
                partition.transactions().open() > 0 || partition.delays().waiting() > 0;
        boolean kept = stores || waits || givenUp.rowsLeft();
        if (wakeWritten == UNKNOWN && !kept) return false;
        return wakeTime(context.clock().millis()) != wakeWritten;
    }

    private long retentionTime() {
        long oldest = Math.min(
                partition.oldestStoredEpochMillis(), partition.transactions().oldestRolledBackEpochMillis());
        long retention = oldest == Partition.NOTHING_STORED ? Long.MAX_VALUE : oldest + retentionMillis();
        return Math.min(retention, partition.delays().oldestRecalledUntilEpochMillis());
    }

    private static TableOperation wakeOperation(long epochMillis) {
        return epochMillis == Long.MAX_VALUE ? new TableOperation.NoWake() : new TableOperation.WakeAt(epochMillis);
    }

    /**
     * Whether whatever is still wanted is pinned in its entry, in a queue of messages that wait: none is visible, and no transaction has a
     * story to tell. Else recalled messages, which never expire, would be kept for good.
     */
    boolean holdsNothingElse() {
        return partition.delays().everStored()
                && partition.oldestStoredEpochMillis() == Partition.NOTHING_STORED
                && partition.transactions().open() == 0;
    }

    /** What is given up and not trimmed yet. */
    GivenUp givenUp() {
        return givenUp;
    }

    RetentionClass retentionClass() {
        return RetentionClass.ofHours((retentionMillis() + 3_599_999) / 3_600_000);
    }

    private long retentionMillis() {
        return context.topics()
                .apply(id.topic())
                .map(TopicDescription::retention)
                .map(Duration::toMillis)
                .orElse(0L);
    }
}
