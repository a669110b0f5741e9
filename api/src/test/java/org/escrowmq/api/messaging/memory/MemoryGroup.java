package org.escrowmq.api.messaging.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/** What one group has still to do on one topic: each message with its lease and attempts. Guarded by the exchange. */
final class MemoryGroup {
    /** A message in its place. */
    record Stored(Message message, int queue, Offset offset, long storedEpochMillis) {}

    private static final class Entry {
        final Stored stored;
        int attempts;
        long visibleAtNanos;

        @Nullable
        String handle;

        boolean done;

        Entry(Stored stored, long nowNanos) {
            this.stored = stored;
            this.visibleAtNanos = nowNanos;
        }

        boolean holds(String handle, long nowNanos) {
            return handle.equals(this.handle) && (done || visibleAtNanos - nowNanos > 0);
        }
    }

    private final String name;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> byHandle = new HashMap<>();
    private final Deque<MemoryPoll> waiting = new ArrayDeque<>();
    private long deliveries;

    MemoryGroup(String name) {
        this.name = name;
    }

    void add(Stored stored, long nowNanos) {
        entries.add(new Entry(stored, nowNanos));
    }

    Deque<MemoryPoll> waiting() {
        return waiting;
    }

    /** Leases what is visible and wanted; what the filter does not want is done with. */
    List<Delivery> grant(MessageFilter filter, int max, Duration lease, long nowNanos) {
        List<Delivery> granted = new ArrayList<>();
        for (Entry entry : entries) {
            if (granted.size() == max) break;
            if (entry.done || entry.visibleAtNanos - nowNanos > 0) continue;
            if (!filter.accepts(MessageCodec.encode(entry.stored.message()))) {
                entry.done = true;
                continue;
            }
            granted.add(lease(entry, lease, nowNanos));
        }
        return granted;
    }

    private Delivery lease(Entry entry, Duration lease, long nowNanos) {
        entry.attempts++;
        entry.visibleAtNanos = nowNanos + lease.toNanos();
        String handle = renew(entry);
        Stored stored = entry.stored;
        return new Delivery(
                stored.message(),
                stored.queue(),
                stored.offset(),
                entry.attempts,
                handle,
                stored.storedEpochMillis(),
                lease);
    }

    boolean acknowledge(String handle, long nowNanos) {
        Entry entry = byHandle.get(handle);
        if (entry == null || !entry.holds(handle, nowNanos)) return false;
        entry.done = true;
        return true;
    }

    /** Done with it, if the handle was ever given out. */
    boolean giveUp(String handle) {
        Entry entry = byHandle.get(handle);
        if (entry == null) return false;
        if (handle.equals(entry.handle)) entry.done = true;
        return true;
    }

    /** The new handle, or null when the old one is not good. */
    @Nullable
    String change(String handle, Duration invisible, boolean countsAsAttempt, long nowNanos) {
        Entry entry = byHandle.get(handle);
        if (entry == null || entry.done || !entry.holds(handle, nowNanos)) return null;
        if (!countsAsAttempt) entry.attempts--;
        entry.visibleAtNanos = nowNanos + invisible.toNanos();
        return renew(entry);
    }

    /** Makes a delivery visible at a later time, if its lease still stands. */
    void release(Delivery delivery, boolean countsAsAttempt, long visibleAtNanos, long nowNanos) {
        Entry entry = byHandle.get(delivery.receiptHandle());
        if (entry == null || entry.done || !entry.holds(delivery.receiptHandle(), nowNanos)) return;
        if (!countsAsAttempt) entry.attempts--;
        entry.visibleAtNanos = visibleAtNanos;
        renew(entry);
    }

    private String renew(Entry entry) {
        String handle = name + "#" + ++deliveries;
        entry.handle = handle;
        byHandle.put(handle, entry);
        return handle;
    }
}
