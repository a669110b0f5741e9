package org.escrowmq.cluster.entity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/** The steps that wait for the next batch, in order, bounded in number and in bytes of bodies. Owned by the queue's actor. */
final class PendingSteps {
    /** Acks may wait where sends are refused: a refused ack comes back as a redelivery, which is more work, not less. */
    private static final int ACKS_RESERVE = 4;

    private final int queueNumber;
    private final ClusterSettings settings;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<Step> nextTurn = new ArrayList<>();
    private long bytes;

    PendingSteps(int queueNumber, ClusterSettings settings) {
        this.queueNumber = queueNumber;
        this.settings = settings;
    }

    /** Whether there is nothing for this turn. */
    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Whether there is nothing for this turn and the next one. */
    boolean isQuiet() {
        return steps.isEmpty() && nextTurn.isEmpty();
    }

    /** Puts a step aside for the next turn: one that could go on for ever must let others in between. */
    void addForNextTurn(Step step) {
        nextTurn.add(step);
    }

    /** A turn begins. */
    void turn() {
        steps.addAll(nextTurn);
        nextTurn.clear();
    }

    int size() {
        return steps.size();
    }

    /** Puts a step at the end, or says why there is no room; {@code elsewhere}: how many more wait that count as well. */
    @Nullable
    Refusal offer(Step step, int elsewhere) {
        int waitingMax = settings.pendingOperationsMax() * (step.bytes() > 0 ? 1 : ACKS_RESERVE);
        int waiting = steps.size() + elsewhere;
        if (waiting >= waitingMax) {
            return new Refusal(
                    RefusalCode.TOO_MANY_REQUESTS,
                    "queue " + queueNumber + " has " + waiting + " operations waiting, the most is " + waitingMax
                            + " (escrow.cluster.queue.pending-operations-max; four times that for acks); try again later");
        }
        if (step.bytes() > 0 && bytes > 0 && bytes + step.bytes() > settings.pendingBytesMax()) {
            return new Refusal(
                    RefusalCode.TOO_MANY_REQUESTS,
                    "queue " + queueNumber + " has " + bytes + " bytes waiting; " + step.bytes()
                            + " more would pass escrow.cluster.queue.pending-bytes-max (" + settings.pendingBytesMax()
                            + "); try again later");
        }
        add(step);
        bytes += step.bytes();
        return null;
    }

    /** Puts a step at the end that was admitted before, or that the queue itself wants. */
    void add(Step step) {
        steps.add(step);
    }

    void addAll(List<Step> admitted) {
        steps.addAll(admitted);
    }

    /** The first step, for a batch that holds {@code batchBytes} already; null when it does not fit, or there is none. */
    @Nullable
    Step next(long batchBytes) {
        Step first = steps.peek();
        boolean fits = first != null && (batchBytes == 0 || batchBytes + first.bytes() <= settings.batchBytesMax());
        if (!fits) return null;
        steps.remove();
        bytes -= first.bytes();
        return first;
    }

    /** A step that was taken out is put aside, to be added again later: its bytes count on. */
    void putAside(Step step) {
        bytes += step.bytes();
    }

    void refuseAll(Refusal why) {
        turn();
        steps.forEach(step -> step.refuse(why));
        steps.clear();
        bytes = 0;
    }
}
