package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams.Pulled;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/**
 * The pulls of a queue. One that finds durable messages reads them, from memory where they are there; one at the end waits until
 * something becomes durable or its time is up. Owned by the queue's actor; what was read from the store arrives as a message.
 *
 * <pre>
 * reading  --messages that it wants-->       answered
 * reading  --none of them, more is stored--> reading, further on
 * reading  --none of them, at the end-->     waiting
 * waiting  --something is durable-->         reading
 * either   --its time is up-->               answered with none, and with how far it looked
 * either   --its client is gone-->           forgotten
 * </pre>
 */
final class Pulls {
    /** With a filter more is read at a time than is asked for. */
    private static final int FILTERED_MESSAGES = 256;

    /** Messages from {@code from} on were read, or could not be ({@code failure}). */
    record Read(
            QueueOperation.Pull pull,
            Map<Offset, StoredBlob> messages,
            @Nullable Throwable failure) {}

    private static final class Open {
        final QueueOperation.Pull pull;
        Offset at;
        boolean waiting;

        Open(QueueOperation.Pull pull) {
            this.pull = pull;
            this.at = pull.from();
        }
    }

    private final int queueNumber;
    private final StoredMessages stored;
    private final Partition partition;
    private final ClusterSettings settings;
    private final ActorRef self;
    private final Map<CompletableFuture<Outcome<Pulled>>, Open> open = new LinkedHashMap<>();
    private int waiting;
    private Offset end = Offset.FIRST;

    Pulls(int queueNumber, StoredMessages stored, Partition partition, ClusterSettings settings, ActorRef self) {
        this.queueNumber = queueNumber;
        this.stored = stored;
        this.partition = partition;
        this.settings = settings;
        this.self = self;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    void begin(QueueOperation.Pull pull, long nowMillis) {
        Refusal problem = problem(pull.from());
        if (problem == null && open.size() >= settings.pullsMax()) problem = tooMany();
        if (problem != null) {
            pull.refuse(problem);
            return;
        }
        Open begun = new Open(pull);
        open.put(pull.answer(), begun);
        goOn(begun, nowMillis);
    }

    /** Messages below {@code newEnd} are in the tables from now on. */
    void durable(Offset newEnd, long nowMillis) {
        end = newEnd;
        if (waiting == 0) return;
        for (Open pull : List.copyOf(open.values())) if (pull.waiting) goOn(pull, nowMillis);
    }

    void arrived(Read read, long nowMillis) {
        Open pull = open.get(read.pull().answer());
        if (pull == null) return;
        if (read.failure() == null) {
            take(pull, read.messages(), nowMillis);
        } else {
            forget(pull);
            pull.pull.answer().completeExceptionally(read.failure());
        }
    }

    /** Answers the waiting pulls whose time is up. */
    void expire(long nowMillis) {
        if (waiting == 0) return;
        for (Open pull : List.copyOf(open.values())) {
            if (pull.waiting && pull.pull.deadlineMillis() <= nowMillis) answer(pull, List.of());
        }
    }

    /** When the time of a waiting pull is up next; Long.MAX_VALUE for never. */
    long nextDeadlineMillis() {
        long next = Long.MAX_VALUE;
        for (Open pull : open.values()) if (pull.waiting) next = Math.min(next, pull.pull.deadlineMillis());
        return next;
    }

    void cancel(CompletableFuture<Outcome<Pulled>> answer) {
        Open pull = open.get(answer);
        if (pull != null) forget(pull);
    }

    void refuseAll(Refusal why) {
        open.keySet().forEach(answer -> answer.complete(new Outcome.Refused<>(why)));
        open.clear();
        waiting = 0;
    }

    private @Nullable Refusal problem(Offset from) {
        Offset first = partition.state().first();
        if (from.compareTo(first) < 0) {
            return new Refusal(
                    RefusalCode.OFFSET_NOT_FOUND,
                    "offset " + from.value() + " is stored no more: queue " + queueNumber + " has messages from offset "
                            + first.value() + " on");
        }
        if (from.compareTo(end) <= 0) return null;
        return new Refusal(
                RefusalCode.ILLEGAL_OFFSET,
                "queue " + queueNumber + " ends at offset " + end.value() + ", got " + from.value());
    }

    private Refusal tooMany() {
        return new Refusal(
                RefusalCode.TOO_MANY_REQUESTS,
                "queue " + queueNumber + " takes " + settings.pullsMax()
                        + " pulls without an answer at a time (escrow.cluster.queue.pulls-max); try again later");
    }

    private void goOn(Open pull, long nowMillis) {
        if (pull.at.compareTo(end) < 0) {
            await(pull, false);
            read(pull, nowMillis);
        } else if (pull.pull.deadlineMillis() <= nowMillis) {
            answer(pull, List.of());
        } else {
            await(pull, true);
        }
    }

    private void read(Open pull, long nowMillis) {
        boolean filtered = !pull.pull.filter().acceptsAll();
        int wanted = filtered ? FILTERED_MESSAGES : pull.pull.maxMessages();
        int count = (int) Math.min(wanted, end.value() - pull.at.value());
        Map<Offset, StoredBlob> inMemory = inMemory(pull.at, count);
        if (!inMemory.isEmpty()) {
            take(pull, inMemory, nowMillis);
            return;
        }
        stored.range(pull.at, count, settings.grantBytesMax())
                .whenComplete((messages, failure) -> self.tell(
                        new Read(pull.pull, failure == null ? messages : Map.of(), failure), ActorRef.noSender()));
    }

    private Map<Offset, StoredBlob> inMemory(Offset from, int count) {
        Map<Offset, StoredBlob> run = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            StoredBlob message = partition.cached(from.plus(i));
            if (message == null) break;
            run.put(from.plus(i), message);
        }
        return run;
    }

    private void take(Open pull, Map<Offset, StoredBlob> run, long nowMillis) {
        List<StoredMessage> found = new ArrayList<>();
        long bytes = 0;
        Offset at = pull.at;
        for (Map.Entry<Offset, StoredBlob> entry : run.entrySet()) {
            StoredBlob message = entry.getValue();
            if (!entry.getKey().equals(at) || found.size() == pull.pull.maxMessages()) break;
            if (pull.pull.filter().accepts(message.blob())) {
                bytes += message.blob().remaining();
                if (bytes > settings.grantBytesMax() && !found.isEmpty()) break;
                found.add(new StoredMessage(
                        queueNumber, at, message.storedEpochMillis(), MessageCodec.decode(message.blob())));
            }
            at = at.plus(1);
        }
        if (at.equals(pull.at)) {
            missing(pull);
            return;
        }
        pull.at = at;
        if (found.isEmpty() && pull.pull.deadlineMillis() > nowMillis) goOn(pull, nowMillis);
        else answer(pull, found);
    }

    /** The message was trimmed while it was read for, or the store has lost it. */
    private void missing(Open pull) {
        forget(pull);
        Refusal trimmed = problem(pull.at);
        if (trimmed != null) {
            pull.pull.refuse(trimmed);
        } else {
            pull.pull
                    .answer()
                    .completeExceptionally(new IllegalStateException(
                            "the message at " + pull.at + " of queue " + queueNumber + " is missing in the store"));
        }
    }

    private void answer(Open pull, List<StoredMessage> found) {
        forget(pull);
        pull.pull.answer().complete(Outcome.done(new Pulled(found, pull.at)));
    }

    private void forget(Open pull) {
        await(pull, false);
        open.remove(pull.pull.answer());
    }

    private void await(Open pull, boolean now) {
        if (pull.waiting == now) return;
        pull.waiting = now;
        waiting += now ? 1 : -1;
    }
}
