package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long SNAPSHOT_SECONDS = 60;

    private final ReplicatedLog log;
    private final LocalCommitLog local;
    private final int member;
    private final long appliedPosition;
    private final int appliedIndex;
    private final FaultHandler faults;
    private final Proposer proposer;
    private final ProposalMessages.Reader reader = new ProposalMessages.Reader(this::received);
    private final Thread sender = new Thread(this::send, "escrow-journal-proposer");
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
            long first = 0;
            long since = System.nanoTime();
            while (!closing) {
                long now = log.poll();
                long firstOpen = proposer.firstOpen();
                boolean stuck = firstOpen == first && System.nanoTime() - since > AGAIN_NANOS;
                if (firstOpen != first || stuck) {
                    first = firstOpen;
                    since = System.nanoTime();
                }
                if (now != ways || stuck) {
                    ways = now;
                    proposer.again();
                }
                offer(proposer.message(IDLE_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            failed(failure);
        }
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
            reader.message(position, message);
        } catch (UnreadableRecordException e) {
            throw new JournalFaultException("The replicated log holds what cannot be read, at " + position, e);
        }
    }

    private void received(Place place, Proposal proposal) {
        boolean mine = place.member() == member;
        if (mine && place.incarnation() > proposer.incarnation()) {
            throw new JournalFaultException("This member proposed under a later start (" + place.incarnation()
                    + ") than this one (" + proposer.incarnation()
                    + "): the clock was set back. Starting again mends it.");
        }
        Completion completion =
                mine && place.incarnation() == proposer.incarnation() ? proposer.cameBy(place.number()) : null;
        if (place.isAfter(appliedPosition, appliedIndex)) local.propose(place, proposal, completion);
    }

    @Override
    public void begins(long position) {
        if (position > Math.max(0, appliedPosition)) {
            throw new JournalFaultException(
                    "The replicated log begins at " + position
                            + ", the store of this member ends at " + appliedPosition
                            + ": what lies between is on the other members only; the member has to be filled from one of them.");
        }
    }

    @Override
    public void snapshot(long position) {
        reader.forgetParts();
        CompletableFuture<Void> durable = new CompletableFuture<>();
        if (!local.execute(() -> {
            local.writePlaces(position);
            durable.complete(null);
        })) {
            throw stopReason();
        }
        try {
            durable.get(SNAPSHOT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalFaultException("Interrupted while the store was made durable", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new JournalFaultException("The store could not be made durable up to " + position, e);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (closing) return;
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
