package org.escrowmq.cluster.partition;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a queue that are in memory, by offset or by the number of their transaction. Bounded in bytes by its own bound and by the
 * node's budget; what came first goes first. Owned by the queue's actor.
 */
final class MessageCache {
    private final long bytesMax;
    private final CacheBudget budget;
    private final Map<Long, StoredBlob> messages = new LinkedHashMap<>();
    private long bytes;

    MessageCache(long bytesMax, CacheBudget budget) {
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    void put(long place, StoredBlob message) {
        if (messages.putIfAbsent(place, message) != null) return;
        bytes += message.blob().remaining();
        budget.takeBytes(message.blob().remaining());
    }

    /** How many bytes more may be put without a trim. */
    long room() {
        return budget.exceeded() ? 0 : Math.max(0, bytesMax - bytes);
    }

    boolean hasRoomFor(int size) {
        return size <= room();
    }

    /** Lets go of what is over the cache's own bound, or over the node's budget; the newest message stays. */
    void trim() {
        if (bytes <= bytesMax && !budget.exceeded()) return;
        Iterator<StoredBlob> oldest = messages.values().iterator();
        while (messages.size() > 1 && (bytes > bytesMax || budget.exceeded())) {
            StoredBlob gone = oldest.next();
            oldest.remove();
            gaveUp(gone);
        }
    }

    @Nullable
    StoredBlob get(long place) {
        return messages.get(place);
    }

    /** The message, which is not here any more. */
    @Nullable
    StoredBlob remove(long place) {
        StoredBlob gone = messages.remove(place);
        if (gone != null) gaveUp(gone);
        return gone;
    }

    void clear() {
        messages.clear();
        budget.giveBackBytes(bytes);
        bytes = 0;
    }

    private void gaveUp(StoredBlob gone) {
        bytes -= gone.blob().remaining();
        budget.giveBackBytes(gone.blob().remaining());
    }
}
