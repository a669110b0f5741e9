package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * Brings older messages back into memory, a run at a time, one read under way. Owned by the queue's actor; what was read
 * arrives as a message.
 */
final class ReadAhead {
    /** A run of messages was read, or could not be ({@code failure}). */
    record Arrived(
            Offset from,
            Map<Offset, StoredBlob> messages,
            @Nullable Throwable failure) {}

    private final StoredMessages stored;
    private final Partition partition;
    private final ClusterSettings settings;
    private final ActorRef self;
    private final List<GrantStep> waiting = new ArrayList<>();
    private boolean reading;

    ReadAhead(StoredMessages stored, Partition partition, ClusterSettings settings, ActorRef self) {
        this.stored = stored;
        this.partition = partition;
        this.settings = settings;
        this.self = self;
    }

    /** Reads from {@code offset} on. With a read under way a step waits for that one and then looks again. */
    void request(Offset offset, @Nullable GrantStep step) {
        if (step != null) waiting.add(step);
        if (reading) return;
        reading = true;
        stored.range(offset, settings.readAheadMessages(), settings.readAheadBytesMax())
                .whenComplete((messages, failure) -> self.tell(
                        new Arrived(offset, failure == null ? messages : Map.of(), failure), ActorRef.noSender()));
    }

    /** Takes in what was read. False when the message that was asked for is stored and was not among it. */
    boolean arrived(Arrived read) {
        reading = false;
        partition.remember(read.messages());
        boolean stillStored = read.from().compareTo(partition.state().first()) >= 0;
        return !stillStored || partition.cached(read.from()) != null;
    }

    /** The steps that waited: to be decided again, or to be refused. */
    List<GrantStep> takeWaiting() {
        List<GrantStep> ready = List.copyOf(waiting);
        waiting.clear();
        return ready;
    }
}
