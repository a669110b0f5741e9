package org.escrowmq.cluster.entity;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.QueueId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages visible when their time has come, a bounded number in each entry of the queue, and rests now and then while there are so
 * many, so that sends and acks have their turn between; reads bodies into memory shortly before, and removes their rows when nothing
 * more is due. Owned by the queue's actor.
 */
final class DueMessages {
    private static final Logger log = LoggerFactory.getLogger(DueMessages.class);
    private static final int READ_AT_ONCE_MAX = 256;

    /** A queue whose first message is due later than this may leave memory. */
    private static final long MAY_SLEEP_MILLIS = 4 * QueueUpkeep.WAKES_BEFORE_DUE_MILLIS;

    /** After so long without a rest there is one of this part of the time. */
    private static final long WORK_MILLIS = 4;

    private static final long REST_PART = 2;
    private static final long REST_MAX_MILLIS = 50;
    private static final long SWEEPS_EVERY_MILLIS = 50;
    /** A few are left until there are more. */
    private static final long SWEEPS_FEW_EVERY_MILLIS = 1_000;

    /** With more of them they are removed while messages become visible. */
    private static final long LEFT_MAX = 1 << 20;

    private static final int SWEPT_AT_ONCE_MIN = 512;
    private static final int SWEPT_AT_ONCE_MAX = 4_096;
    /** This part of what is left goes at once. */
    private static final int SWEPT_PART = 64;

    /** Bodies were read; one that is missing is found out by whoever delivers it. */
    record Read(
            List<Delayed> messages,
            List<Optional<ByteBuffer>> bodies,
            @Nullable Throwable failure) {}

    /**
     * What the queue's actor does for this.
     *
     * @param wakeIn has {@link #goOn} called after so many milliseconds at the latest
     */
    record Shell(InstantSource clock, Consumer<Step> enqueue, LongConsumer wakeIn) {}

    private final QueueId id;
    private final Partition partition;
    private final StoredMessages stored;
    private final DelayPolicy policy;
    private final TopicLabels labels;
    private final Shell shell;
    private final ActorRef self;
    private boolean taking;
    private boolean stopping;
    private boolean reading;
    private boolean sweeping;
    private long begunMillis;
    private long workedMillis;
    private long restsUntilMillis;
    private long nextSweepMillis;
    /** What was to be read ahead up to here has been. */
    private DueTime readTo = DueTime.FIRST;

    DueMessages(
            QueueId id,
            Partition partition,
            StoredMessages stored,
            DelayPolicy policy,
            TopicLabels labels,
            Shell shell,
            ActorRef self) {
        this.id = id;
        this.partition = partition;
        this.stored = stored;
        this.policy = policy;
        this.labels = labels;
        this.shell = shell;
        this.self = self;
    }

    /** Begins what is due, and says when it has to go on. */
    void goOn() {
        long now = shell.clock().millis();
        boolean isDue = partition.delays().nextDueEpochMillis() <= now;
        if (isDue) take(now);
        if (!isDue || partition.delays().left() > LEFT_MAX) sweep(now);
        readAhead(now);
        plan();
    }

    private void take(long now) {
        if (taking || stopping || waits(restsUntilMillis, REST_MAX_MILLIS, now)) return;
        taking = true;
        begunMillis = now;
        shell.enqueue().accept(new DelaySteps.Due(policy.dueAtOnce(), labels, shell.clock(), this::taken));
    }

    /** Whether it is too early, as yet; then the actor wakes in time. A clock that was set back is no reason to wait longer than usual. */
    private boolean waits(long untilMillis, long longest, long now) {
        long pause = untilMillis - now;
        if (pause <= 0 || pause > longest) return false;
        shell.wakeIn().accept(pause);
        return true;
    }

    /** Removes some of the rows that are left. */
    private void sweep(long now) {
        long left = partition.delays().left();
        if (left == 0 || sweeping || stopping || waits(nextSweepMillis, SWEEPS_FEW_EVERY_MILLIS, now)) return;
        sweeping = true;
        int limit = (int) Math.min(SWEPT_AT_ONCE_MAX, Math.max(SWEPT_AT_ONCE_MIN, left / SWEPT_PART));
        shell.enqueue().accept(new DelaySteps.Sweep(limit, this::swept));
    }

    private void swept() {
        sweeping = false;
        boolean many = partition.delays().left() > SWEPT_AT_ONCE_MIN;
        nextSweepMillis = shell.clock().millis() + (many ? SWEEPS_EVERY_MILLIS : SWEEPS_FEW_EVERY_MILLIS);
        goOn();
    }

    private void taken(int count) {
        taking = false;
        long now = shell.clock().millis();
        boolean maybeMore = count == policy.dueAtOnce();
        workedMillis = maybeMore ? workedMillis + Math.max(0, now - begunMillis) : 0;
        if (workedMillis >= WORK_MILLIS) {
            restsUntilMillis = now + Math.min(REST_MAX_MILLIS, workedMillis / REST_PART);
            workedMillis = 0;
        }
        goOn();
    }

    /** Has the actor wake when something is due, or is to be read. */
    void plan() {
        long next = partition.delays().nextDueEpochMillis();
        if (next == Long.MAX_VALUE || taking) return;
        long now = shell.clock().millis();
        if (next <= now && waits(restsUntilMillis, REST_MAX_MILLIS, now)) return;
        long reads = next - policy.readAhead().toMillis();
        boolean waitsForReading = reads > now && readTo.epochMillis() <= next;
        shell.wakeIn().accept(Math.max(1, (waitsForReading ? reads : next) - now));
    }

    private void readAhead(long now) {
        long ahead = policy.readAhead().toMillis();
        long next = partition.delays().nextDueEpochMillis();
        // What is due by now is more than was read: its consumers read it.
        boolean near = next > now && next <= now + ahead && readTo.epochMillis() < now + ahead / 2;
        boolean wants = near && partition.roomForSoon() > 0;
        if (wants && !reading) read(wantedUntil(now + ahead));
    }

    /** The next ones until then whose bodies are not in memory. */
    private List<Delayed> wantedUntil(long epochMillis) {
        List<Delayed> wanted = new ArrayList<>();
        long room = partition.roomForSoon();
        long bytes = 0;
        List<Delayed> next = partition.delays().from(readTo, READ_AT_ONCE_MAX);
        if (next.size() < READ_AT_ONCE_MAX) readTo = new DueTime(epochMillis, 0).orLater(readTo);
        for (Delayed message : next) {
            bytes += message.body().bytes();
            if (message.dueEpochMillis() > epochMillis || bytes > room) break;
            readTo = readTo.orLater(message.due().next());
            boolean isStored = message.body().sequenceNumber() != 0;
            if (isStored && !partition.remembersSoon(message.number())) wanted.add(message);
        }
        return wanted;
    }

    private void read(List<Delayed> wanted) {
        if (wanted.isEmpty()) return;
        reading = true;
        stored.bodies(wanted.stream().map(Delayed::body).toList())
                .whenComplete((bodies, failure) -> self.tell(
                        new Read(wanted, failure == null ? bodies : List.of(), failure), ActorRef.noSender()));
    }

    /** Keeps what was read of those that still wait. */
    void arrived(Read read) {
        reading = false;
        if (read.failure() != null) {
            log.warn("{}: messages that are due soon could not be read ahead", id, read.failure());
            return;
        }
        long next = partition.delays().nextDueEpochMillis();
        for (int i = 0; i < read.messages().size(); i++) {
            Delayed message = read.messages().get(i);
            boolean isOver = message.dueEpochMillis() < next;
            if (!isOver) read.bodies().get(i).ifPresent(body -> partition.rememberSoon(message.number(), body));
        }
        goOn();
    }

    /** The queue is about to stop: its next actor goes on. */
    void stop() {
        stopping = true;
    }

    /** Whether the queue may leave memory. */
    boolean isIdle() {
        long next = partition.delays().nextDueEpochMillis();
        return !taking
                && !reading
                && partition.delays().left() == 0
                && next > shell.clock().millis() + MAY_SLEEP_MILLIS;
    }
}
