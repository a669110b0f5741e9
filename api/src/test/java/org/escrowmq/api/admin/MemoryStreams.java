package org.escrowmq.api.admin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;

/** Where groups stand on queues in memory. Every message is stored at {@link MemoryQueues#STORED}; nobody reads here. */
final class MemoryStreams implements QueueStreams {
    private record Reader(Place place, GroupName group) {}

    private final MemoryQueues queues;
    private final Map<Reader, Offset> progress = new HashMap<>();
    private final Map<Place, Offset> purgedTo = new HashMap<>();

    MemoryStreams(MemoryQueues queues) {
        this.queues = queues;
    }

    @Override
    public Pull pull(PullQuery query) {
        throw new UnsupportedOperationException("nobody reads here");
    }

    @Override
    public CompletionStage<Outcome<Offset>> find(Place place, Position position) {
        Offset end = queues.end(place.topic(), place.queue());
        boolean first = position.kind() == Position.Kind.FIRST
                || (position.kind() == Position.Kind.TIME && position.epochMillis() <= MemoryQueues.STORED);
        return CompletableFuture.completedFuture(Outcome.done(first ? Offset.FIRST : end));
    }

    @Override
    public synchronized CompletionStage<Outcome<Offset>> progress(Place place, GroupName group) {
        Offset at = progress.get(new Reader(place, group));
        return CompletableFuture.completedFuture(
                at == null ? Outcome.refused(RefusalCode.OFFSET_NOT_FOUND, "never read") : Outcome.done(at));
    }

    @Override
    public synchronized CompletionStage<Outcome<Move>> moveTo(Place place, GroupName group, Offset to) {
        Optional<Offset> from = Optional.ofNullable(progress.put(new Reader(place, group), to));
        return CompletableFuture.completedFuture(Outcome.done(new Move(from, to)));
    }

    /** Every message counts as 10 bytes. */
    @Override
    public synchronized CompletionStage<Outcome<Purge>> purge(Place place, Position upTo, boolean dryRun) {
        Offset from = purgedTo.getOrDefault(place, Offset.FIRST);
        return find(place, upTo)
                .thenApply(outcome -> outcome.fold(
                        found -> {
                            Offset to = found.compareTo(from) < 0 ? from : found;
                            if (!dryRun) purgedTo.put(place, to);
                            long messages = to.value() - from.value();
                            return Outcome.done(new Purge(from, to, messages, 10 * messages));
                        },
                        Outcome.Refused::new));
    }
}
