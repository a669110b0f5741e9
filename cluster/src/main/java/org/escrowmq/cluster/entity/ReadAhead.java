package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * Brings older messages back into memory, a run or some single ones at a time, one read under way. Owned by the queue's actor; what was
 * read arrives as a message.
 */
final class ReadAhead {
    /** Messages were read, or could not be ({@code failure}). */
    record Arrived(
            Missing wanted,
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

    /** Reads what is missing. With a read under way a step waits for that one and then looks again. */
    void request(Missing wanted, @Nullable GrantStep step) {
        if (step != null) waiting.add(step);
        if (reading) return;
        reading = true;
        read(wanted)
                .whenComplete((messages, failure) -> self.tell(
                        new Arrived(wanted, failure == null ? messages : Map.of(), failure), ActorRef.noSender()));
    }

    private CompletionStage<Map<Offset, StoredBlob>> read(Missing wanted) {
        return wanted.run()
                ? stored.range(wanted.first(), settings.readAheadMessages(), settings.readAheadBytesMax())
                : stored.read(wanted.offsets(), settings.readAheadBytesMax());
    }

    /** Takes in what was read. False when the message that was wanted most is stored and was not among it. */
    boolean arrived(Arrived read) {
        reading = false;
        if (read.wanted().run()) partition.rememberRun(read.messages());
        else partition.rememberSingle(read.messages());
        Offset first = read.wanted().first();
        boolean stillStored = first.compareTo(partition.state().first()) >= 0;
        return !stillStored || partition.cached(first) != null;
    }

    /** The steps that waited: to be decided again, or to be refused. */
    List<GrantStep> takeWaiting() {
        List<GrantStep> ready = List.copyOf(waiting);
        waiting.clear();
        return ready;
    }
}
