package org.escrowmq.cluster.partition;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a queue that are in memory. Bounded in bytes by its own bound and by the node's budget; what came first goes
 * first. Owned by the queue's actor.
 */
final class MessageCache {
    private final long bytesMax;
    private final CacheBudget budget;
    private final Map<Long, StoredBlob> messages = new HashMap<>();
    private final ArrayDeque<Long> order = new ArrayDeque<>();
    private long bytes;

    MessageCache(long bytesMax, CacheBudget budget) {
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    void put(long offset, StoredBlob message) {
        if (messages.putIfAbsent(offset, message) != null) return;
        order.add(offset);
        bytes += message.blob().remaining();
        budget.takeBytes(message.blob().remaining());
    }

    /** Lets go of what is over the cache's own bound, or over the node's budget; the newest message stays. */
    void trim() {
        while (order.size() > 1 && (bytes > bytesMax || budget.exceeded())) drop(order.remove());
    }

    @Nullable
    StoredBlob get(long offset) {
        return messages.get(offset);
    }

    void clear() {
        messages.clear();
        order.clear();
        budget.giveBackBytes(bytes);
        bytes = 0;
    }

    private void drop(long offset) {
        StoredBlob gone = messages.remove(offset);
        if (gone == null) return;
        bytes -= gone.blob().remaining();
        budget.giveBackBytes(gone.blob().remaining());
    }
}
