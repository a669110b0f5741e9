package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.Awaited;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/**
 * The queues whose actors run on this node. What is told to them need not take the two hops through sharding, which only says where a
 * queue is and starts it: a queue's actor is here from the end of its recovery until it stops or asks to. Thread-safe.
 *
 * <p>An actor costs memory, so there is a bound. From seven eighths of it on those that were not told anything for longest are asked to
 * rest, which they do unless somebody waits at them or a message is leased. At the bound sends to queues that sleep are refused, and
 * everything else that waits for an answer at five quarters of it, so that consumers can go on.
 */
public final class AwakeQueues {
    /** What was told to a queue that sleeps was lost when no actor has come of it after this time. */
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A queue that is awake, or about to be, or about to be no more. */
    private static final class Seat {
        private final long takenNanos;
        /** Present while it may be told directly. */
        private volatile @Nullable ActorRef actor;
        /** There was an actor. */
        private volatile boolean came;
        /** How many queues had woken when it was last told something. A lost update does no harm. */
        private long usedAtWake;

        Seat(long takenNanos) {
            this.takenNanos = takenNanos;
        }
    }

    private final Map<QueueId, Seat> seats = new ConcurrentHashMap<>();
    private final AtomicLong wakes = new AtomicLong();
    private final AtomicLong nextLookAtWake = new AtomicLong();
    private final int max;
    private final LongSupplier nanoTime;

    /** At most about {@code max} at a time. */
    public AwakeQueues(int max) {
        this(max, System::nanoTime);
    }

    AwakeQueues(int max, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /** How many there are. */
    public int size() {
        return seats.size();
    }

    void woke(QueueId queue, ActorRef actor) {
        Seat seat = seats.computeIfAbsent(queue, this::taken);
        seat.came = true;
        seat.actor = actor;
        makeRoom();
    }

    /** The queue is about to stop: what comes from now on takes the way through sharding, which keeps it for the next actor. */
    void sleeps(QueueId queue, ActorRef actor) {
        Seat seat = seats.get(queue);
        if (seat != null && actor.equals(seat.actor)) seat.actor = null;
    }

    /** The queue's actor has ended. */
    void gone(QueueId queue, ActorRef actor) {
        Seat seat = seats.get(queue);
        if (seat == null) return;
        ActorRef present = seat.actor;
        if (present == null || present.equals(actor)) seats.remove(queue, seat);
    }

    /** Tells a queue, through {@code sharding} where its actor is not known to run here. */
    public void tell(QueueId queue, QueueOperation operation, ActorRef sharding) {
        Seat seat = seats.get(queue);
        if (seat == null) {
            if (operation instanceof Awaited awaited && full(operation)) {
                awaited.refuse(refusal());
                return;
            }
            seat = seats.computeIfAbsent(queue, this::taken);
            makeRoom();
        }
        seat.usedAtWake = wakes.get();
        ActorRef actor = seat.actor;
        if (actor != null) actor.tell(operation, ActorRef.noSender());
        else sharding.tell(new QueueEnvelope(queue, operation), ActorRef.noSender());
    }

    /** Whether its actor is here and not about to stop. */
    public boolean isAwake(QueueId queue) {
        Seat seat = seats.get(queue);
        return seat != null && seat.actor != null;
    }

    /** Tells all whose actors are here. */
    public void tellAll(QueueOperation operation) {
        for (Seat seat : seats.values()) {
            ActorRef actor = seat.actor;
            if (actor != null) actor.tell(operation, ActorRef.noSender());
        }
    }

    private Seat taken(QueueId queue) {
        Seat seat = new Seat(nanoTime.getAsLong());
        seat.usedAtWake = wakes.incrementAndGet();
        return seat;
    }

    private boolean full(QueueOperation operation) {
        boolean sends = operation instanceof QueueOperation.Send
                || operation instanceof QueueOperation.SendHalves
                || operation instanceof QueueOperation.SendLater;
        int limit = sends ? max : max + max / 4;
        if (seats.size() < limit) return false;
        long now = nanoTime.getAsLong();
        seats.values().removeIf(seat -> !seat.came && now - seat.takenNanos > LOST_NANOS);
        return seats.size() >= limit;
    }

    private Refusal refusal() {
        return new Refusal(
                RefusalCode.TOO_MANY_REQUESTS,
                seats.size() + " queues of this node are in use, the most is " + max
                        + " (escrow.cluster.awake-queues-max; a quarter more for what is no send); try again later");
    }

    /** Looks for queues that may rest after so many wakes that the look at all of them is paid by many. */
    private void makeRoom() {
        if (seats.size() <= max - Math.max(1, max / 8)) return;
        long due = nextLookAtWake.get();
        long wake = wakes.get();
        int batch = Math.max(1, max / 32);
        if (wake < due || !nextLookAtWake.compareAndSet(due, wake + batch)) return;
        record Candidate(Seat seat, ActorRef actor, long used) {}
        List<Candidate> candidates = new ArrayList<>(seats.size());
        for (Seat seat : seats.values()) {
            ActorRef actor = seat.actor;
            if (actor != null) candidates.add(new Candidate(seat, actor, seat.usedAtWake));
        }
        candidates.sort(Comparator.comparingLong(Candidate::used));
        for (Candidate candidate : candidates.subList(0, Math.min(2 * batch, candidates.size()))) {
            // Who cannot rest is asked again after the others.
            candidate.seat().usedAtWake = wake;
            candidate.actor().tell(QueueOperation.Rest.INSTANCE, ActorRef.noSender());
        }
    }
}
