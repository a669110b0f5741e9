package org.escrowmq.cluster.partition;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue that are in memory: its newest ones and those read ahead for a consumer that lags. Bounded in
 * bytes; what came first goes first. Owned by the queue's actor.
 */
final class MessageCache {
    private final long bytesMax;
    private final Map<Long, StoredBlob> messages = new HashMap<>();
    private final ArrayDeque<Long> order = new ArrayDeque<>();
    private long bytes;

    MessageCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void put(long offset, StoredBlob message) {
        if (messages.putIfAbsent(offset, message) != null) return;
        order.add(offset);
        bytes += message.blob().remaining();
        while (bytes > bytesMax && order.size() > 1) drop(order.remove());
    }

    @Nullable
    StoredBlob get(long offset) {
        return messages.get(offset);
    }

    void clear() {
        messages.clear();
        order.clear();
        bytes = 0;
    }

    private void drop(long offset) {
        StoredBlob gone = messages.remove(offset);
        if (gone != null) bytes -= gone.blob().remaining();
    }
}
