package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.replication.ReplicatedLog;
import org.jspecify.annotations.Nullable;

/**
 * The commit step of a member: proposals go through a log that a majority has on disk, and every member decides and applies what comes out of it,
 * in the same order with the same state machine. A proposal is answered when it is applied <em>here</em>. Which member is the leader does not
 * matter to it.
 *
 * <pre>
 *   propose -> Proposer (numbered, packed) -> ReplicatedLog -> message -> LocalCommitLog (decide, append, tables) -> answer
 * </pre>
 */
final class ReplicatedCommitLog implements CommitLog, ReplicatedLog.Follower {
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BUSY_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /** What has not come by after so long is offered again. */
    private static final long PATIENCE_MIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PATIENCE_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** This part of it when later ones came by. */
    private static final int GAP_PART = 10;

    private static final int AWAIT_SECONDS = 60;

    private final ReplicatedLog log;
    private final LocalCommitLog local;
    private final int member;
    private final long appliedPosition;
    private final int appliedIndex;
    private final FaultHandler faults;
    private final Proposer proposer;
    private final ProposalMessages.Reader reader = new ProposalMessages.Reader(this::received);
    private final Thread sender = new Thread(this::send, "escrow-journal-proposer");
    private long awaited = Long.MAX_VALUE;
    private long awaitedSinceNanos;
    private long patienceNanos = PATIENCE_MIN_NANOS;
    private volatile long cameByNanos = System.nanoTime();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable JournalFaultException stopped;

    /**
     * Over a store that was recovered up to {@code recovered}.
     *
     * @param incarnation higher than any before of this member
     */
    ReplicatedCommitLog(
            ReplicatedLog log,
            LocalCommitLog local,
            Places recovered,
            int member,
            long incarnation,
            long openBytesMax,
            FaultHandler faults) {
        this.log = log;
        this.local = local;
        this.member = member;
        this.appliedPosition = recovered.position();
        this.appliedIndex = recovered.index();
        this.faults = faults;
        this.proposer = new Proposer(member, incarnation, openBytesMax);
    }

    void start() {
        log.start(this);
        sender.start();
    }

    @Override
    public void propose(Proposal proposal, Completion completion) {
        if (!proposer.add(proposal, completion)) completion.failed(stopReason());
    }

    @Override
    public boolean execute(Task task) {
        return local.execute(task);
    }

    private JournalFaultException stopReason() {
        JournalFaultException reason = stopped;
        return reason != null ? reason : new JournalFaultException("The journal is closed.");
    }

    private void send() {
        try {
            long ways = log.poll();
            while (!closing) {
                long now = log.poll();
                if (now != ways || isLost()) {
                    ways = now;
                    proposer.again();
                }
                offer(proposer.message(IDLE_NANOS));
            }
        } catch (Throwable failure) {
            // Whatever ends this thread ends the member, like the one that writes.
            failed(failure);
        }
    }

    /** Whether what was sent has to go out again, as far as anybody can tell: each time without success later. */
    private boolean isLost() {
        long now = System.nanoTime();
        long firstOpen = proposer.firstOpen();
        if (firstOpen != awaited) {
            awaited = firstOpen;
            awaitedSinceNanos = now;
            patienceNanos = PATIENCE_MIN_NANOS;
        }
        if (firstOpen == Long.MAX_VALUE) return false;
        long quietNanos = now - Math.max(awaitedSinceNanos, cameByNanos);
        boolean quiet = proposer.allSent() && quietNanos > patienceNanos;
        boolean gap = proposer.missing() && now - awaitedSinceNanos > patienceNanos / GAP_PART;
        if (!quiet && !gap) return false;
        awaitedSinceNanos = now;
        patienceNanos = Math.min(2 * patienceNanos, PATIENCE_MAX_NANOS);
        return true;
    }

    private void offer(@Nullable ByteBuffer message) {
        if (message == null) return;
        switch (log.offer(message)) {
            case SENT -> proposer.sent();
            case BUSY -> LockSupport.parkNanos(BUSY_NANOS);
            case NOT_CONNECTED -> LockSupport.parkNanos(IDLE_NANOS);
        }
    }

    @Override
    public void message(long position, ByteBuffer message) {
        try {
            if (reader.message(position, message) == member) cameByNanos = System.nanoTime();
        } catch (UnreadableRecordException e) {
            throw new JournalFaultException("The replicated log holds what cannot be read, at " + position, e);
        }
    }

    private void received(Place place, Proposal proposal) {
        boolean mine = place.member() == member;
        if (mine && place.incarnation() > proposer.incarnation()) refuseFormerLife(place, proposal);
        boolean known = !place.isAfter(appliedPosition, appliedIndex);
        boolean ofThisLife = mine && place.incarnation() == proposer.incarnation();
        if (known && ofThisLife) {
            throw new JournalFaultException("The store of this member is ahead of the replicated log ("
                    + appliedPosition + " against " + place.position() + "): they do not belong together.");
        }
        Completion completion = ofThisLife ? proposer.cameBy(place.number()) : null;
        if (!known) local.propose(place, proposal, completion);
    }

    /** The clock was set back since this member ran before. The next start knows it by what is written here. */
    private void refuseFormerLife(Place place, Proposal proposal) {
        local.propose(place, proposal, null);
        await(local::writePlaces, "what this member proposed before");
        throw new JournalFaultException("This member proposed under a later start (" + place.incarnation()
                + ") than this one (" + proposer.incarnation() + "): the clock was set back. Starting again mends it.");
    }

    @Override
    public void begins(long position, ByteBuffer state) {
        if (position > Math.max(0, appliedPosition)) {
            throw new JournalFaultException(
                    "The replicated log begins at " + position
                            + ", the store of this member ends at " + appliedPosition
                            + ": what lies between is on the other members only; the member has to be filled from one of them.");
        }
        reader.restore(state);
    }

    @Override
    public ByteBuffer snapshot(long position) {
        await(() -> local.writePlaces(position), "the store up to " + position);
        return reader.begun();
    }

    /** Has the applying thread do something after all that was handed to it, and waits. */
    private void await(Task task, String what) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean taken = local.execute(() -> {
            task.run();
            done.complete(null);
        });
        if (!taken) throw local.stopReason();
        for (int second = 0; second < AWAIT_SECONDS; second++) {
            try {
                done.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                if (local.ended()) throw local.stopReason();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JournalFaultException("Interrupted while " + what + " was made durable", e);
            } catch (ExecutionException e) {
                throw new JournalFaultException("Could not be made durable: " + what, e);
            }
        }
        throw new JournalFaultException("Not durable after " + AWAIT_SECONDS + " s: " + what);
    }

    @Override
    public void failed(Throwable cause) {
        if (closing || !over.compareAndSet(false, true)) return;
        JournalFaultException reason =
                new JournalFaultException("The member has left the replicated log: " + cause.getMessage(), cause);
        stopped = reason;
        closing = true;
        proposer.close().forEach(waiting -> waiting.failed(reason));
        faults.fault("The replicated journal has stopped", cause);
    }

    @Override
    public boolean ended() {
        return local.ended();
    }

    /** What was proposed and has not come by is unknown to its callers. */
    @Override
    public void close() {
        closing = true;
        proposer.close().forEach(waiting -> waiting.failed(stopReason()));
        boolean interrupted = false;
        while (sender.isAlive()) {
            try {
                sender.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        log.close();
        local.close();
        if (interrupted) Thread.currentThread().interrupt();
    }
}
