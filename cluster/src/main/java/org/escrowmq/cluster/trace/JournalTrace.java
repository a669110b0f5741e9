package org.escrowmq.cluster.trace;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.cluster.MessageLife.Reading;
import org.escrowmq.cluster.MessageLife.Standing;
import org.escrowmq.cluster.MessageLife.State;
import org.escrowmq.cluster.partition.PartitionHead;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.pekko.StoredHead;
import org.escrowmq.queue.MessageStanding;

/**
 * Reads the journal of a queue for the life of one message, a page at a time, up to its end or a limit. It runs beside the queue's actor,
 * on the journal's reader threads and the common pool, and sees what is durable. One instance, one reading.
 */
public final class JournalTrace {
    private static final int PAGE_ENTRIES = 256;
    private static final long PAGE_BYTES = 1 << 20;

    private final Journal journal;
    private final QueueId queue;
    private final PersistenceId id;
    private final Offset offset;
    private final MessageLife.Limits limits;
    private final List<Standing> standings;
    private final LifeOfMessage life;
    private final long deadlineNanos;
    private long entries;
    private long sinceEpochMillis;
    private long untilEpochMillis;

    /** A reading for the message at {@code offset}; {@code standings} are those of the moment, for the names of groups. */
    public JournalTrace(
            Journal journal, QueueId queue, Offset offset, List<MessageStanding> standings, MessageLife.Limits limits) {
        this.journal = journal;
        this.queue = queue;
        this.id = new PersistenceId(queue.persistenceId());
        this.offset = offset;
        this.limits = limits;
        this.standings = standings.stream().map(JournalTrace::standing).toList();
        Map<Integer, GroupName> names = new HashMap<>();
        for (MessageStanding standing : standings) names.put(standing.groupNumber(), standing.group());
        this.life = new LifeOfMessage(offset, names);
        this.deadlineNanos = System.nanoTime() + limits.within().toNanos();
    }

    /** Reads from this entry on, or from the first that is left. To be called once. */
    public CompletionStage<MessageLife> readFrom(SequenceNumber from) {
        int page = (int) Math.min(PAGE_ENTRIES, limits.entriesMax() - entries);
        return journal.history(id, from, page, PAGE_BYTES).thenComposeAsync(this::carryOn);
    }

    private CompletionStage<MessageLife> carryOn(List<Journal.Recorded> page) {
        page.forEach(this::take);
        boolean ended = page.isEmpty() || life.over();
        if (ended || atLimit()) return CompletableFuture.completedFuture(told(ended));
        return readFrom(new SequenceNumber(page.get(page.size() - 1).number().value() + 1));
    }

    private void take(Journal.Recorded entry) {
        ByteBuffer head = StoredHead.of(entry.head())
                .orElseThrow(() -> new IllegalStateException(
                        "entry " + entry.number().value() + " of " + queue + " is not one of a queue"));
        life.take(
                entry.writtenEpochMillis(),
                entry.number().value(),
                PartitionHead.decode(head).queue());
        if (entries++ == 0) sinceEpochMillis = entry.writtenEpochMillis();
        untilEpochMillis = entry.writtenEpochMillis();
    }

    private boolean atLimit() {
        return entries >= limits.entriesMax()
                || life.moments().size() >= limits.eventsMax()
                || System.nanoTime() - deadlineNanos >= 0;
    }

    private MessageLife told(boolean toTheEnd) {
        // Where even its end is forgotten, what groups did since is no part of its life.
        boolean forgotten = toTheEnd && !life.begun() && !life.over();
        return new MessageLife(
                queue.number(),
                offset,
                forgotten ? List.of() : List.copyOf(life.moments()),
                standings,
                new Reading(entries, sinceEpochMillis, untilEpochMillis, life.begun(), toTheEnd));
    }

    private static Standing standing(MessageStanding standing) {
        State state = switch (standing.kind()) {
            case NOT_OFFERED -> State.NOT_OFFERED;
            case LEASED -> State.LEASED;
            case WAITING -> State.WAITING;
            case BLOCKED -> State.BLOCKED;
            case MOVING -> State.MOVING;
            case DONE -> State.DONE;
        };
        return new Standing(standing.group(), state, standing.attempt(), Duration.ofMillis(standing.forMillis()));
    }
}
