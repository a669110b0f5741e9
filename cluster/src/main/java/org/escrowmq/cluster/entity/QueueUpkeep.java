package org.escrowmq.cluster.entity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.partition.BatchRow;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.cluster.timer.NodeTimers;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.queue.QueueCommand;

/**
 * What a queue does by the clock: one timer for the next lease that ends, the retention of its oldest message, the clients
 * whose leases it renews, and going to sleep. Owned by the queue's actor.
 */
final class QueueUpkeep {
    private static final int EXPIRED_BATCHES_MAX = 500;
    private static final int STALE_ROWS_MAX = 1_000;
    /** The pause between two steps of a trim that is too large for one. */
    private static final long NEXT_TRIM_MILLIS = 50;

    /** The pause before messages that could not be read are tried again. */
    static final long READ_AGAIN_MILLIS = 1_000;

    private static final long UNKNOWN = -1;

    private final QueueContext context;
    private final QueueId id;
    private final Partition partition;
    private final StoredMessages stored;
    private final NodeTimers.Timer timer;
    private long timerAtMillis = Long.MAX_VALUE;
    private long lastUsedMillis;
    private long nextRetentionCheckMillis;
    private long clientsCheckMillis = Long.MAX_VALUE;
    private long readAgainMillis = Long.MAX_VALUE;
    private long wakeWritten = UNKNOWN;
    private long trimUpTo;
    private boolean snapshotWanted;

    QueueUpkeep(QueueContext context, QueueId id, Partition partition, StoredMessages stored, NodeTimers.Timer timer) {
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
        lastUsedMillis = nowMillis;
        nextRetentionCheckMillis = nowMillis;
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
    }

    /** Sets the timer to the next thing to do; a timer that fires too early only costs a look. */
    void schedule(long nowMillis) {
        long idleAt = lastUsedMillis + context.settings().idleQueueTimeout().toMillis();
        long next = Math.min(
                partition.state().nextVisibleMillisAfter(nowMillis),
                Math.min(readAgainMillis, Math.min(nextRetentionCheckMillis, clientsCheckMillis)));
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
                && partition.state().renewingClients().isEmpty();
    }

    /** What is to be done now, as steps. */
    List<Step> due(long nowMillis) {
        List<Step> steps = new ArrayList<>();
        if (wakeWritten == UNKNOWN && partition.oldestStoredEpochMillis() != Partition.NOTHING_STORED) {
            steps.add(new WriteWake());
        }
        if (nowMillis >= clientsCheckMillis) {
            clientsCheckMillis = nowMillis + context.settings().clientLiveness().toMillis();
            for (String client : partition.state().renewingClients()) {
                if (!context.clients().isAlive(client)) steps.add(new Steps.ReleaseClient(client, 0));
            }
        }
        if (nowMillis >= nextRetentionCheckMillis) {
            nextRetentionCheckMillis =
                    nowMillis + context.settings().retentionCheckInterval().toMillis();
            addTrim(steps, nowMillis);
        }
        return steps;
    }

    private void addTrim(List<Step> steps, long nowMillis) {
        long keptSince = context.clock().millis() - retentionMillis();
        if (partition.oldestStoredEpochMillis() > keptSince) return;
        List<BatchRow> expired = stored.storedBefore(keptSince, EXPIRED_BATCHES_MAX);
        List<TableOperation> stale = stored.staleSearchRows(keptSince, STALE_ROWS_MAX);
        if (expired.isEmpty() && stale.isEmpty()) return;
        if (expired.size() == EXPIRED_BATCHES_MAX || stale.size() >= STALE_ROWS_MAX)
            nextRetentionCheckMillis = nowMillis + NEXT_TRIM_MILLIS;
        steps.add(new Trim(expired, stale));
    }

    /** Writes the wake time anew, which may be why the queue was woken: it moves with every look. */
    private final class WriteWake implements Step {
        @Override
        public Runnable decide(Partition decided, Moment moment) {
            wakeWritten = wakeTime();
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
            if (expired.isEmpty()) return () -> {};
            expired.forEach(batch -> decided.change(batch.removal()));
            BatchRow last = expired.get(expired.size() - 1);
            decided.decide(new QueueCommand.Trim(last.end()), moment.nowMillis());
            decided.trimmed(last, stored.oldest(last.end()), moment.epochMillis());
            return () -> {
                trimUpTo = Math.max(trimUpTo, last.sequenceNumber());
                snapshotWanted = true;
            };
        }

        @Override
        public void refuse(Refusal why) {
            // Found again by the next check.
        }
    }

    /** Adds the next wake time to the batch when it changed: a sleeping queue is woken for its retention. */
    void beforeSeal() {
        long wake = wakeTime();
        if (wake == wakeWritten) return;
        wakeWritten = wake;
        partition.change(wakeOperation(wake));
    }

    private long wakeTime() {
        long oldest = partition.oldestStoredEpochMillis();
        return oldest == Partition.NOTHING_STORED ? Long.MAX_VALUE : oldest + retentionMillis();
    }

    private static TableOperation wakeOperation(long epochMillis) {
        return epochMillis == Long.MAX_VALUE ? new TableOperation.NoWake() : new TableOperation.WakeAt(epochMillis);
    }

    boolean wantsSnapshot() {
        return snapshotWanted;
    }

    void snapshotTaken() {
        snapshotWanted = false;
    }

    /** The entry up to which the journal may be trimmed now that a snapshot covers {@code sequenceNumber}; 0 for none. */
    long trimmableUpTo(long sequenceNumber) {
        long upTo = Math.min(trimUpTo, sequenceNumber);
        if (upTo == trimUpTo) trimUpTo = 0;
        return upTo;
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
