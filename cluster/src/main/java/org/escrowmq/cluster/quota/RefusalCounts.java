package org.escrowmq.cluster.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** How often a limit refused requests since the node's start, for metrics. Thread-safe. */
public final class RefusalCounts {
    /**
     * A limit. There are few: both words are the server's own.
     *
     * @param scope topic, group, client or node
     */
    public record Reason(String scope, String limit) {}

    private final Map<Reason, LongAdder> counts = new ConcurrentHashMap<>();

    /** Counts a request that was refused, or a receive that was made to wait. */
    public void add(Reason reason) {
        counts.computeIfAbsent(reason, absent -> new LongAdder()).increment();
    }

    /** Hands over every count, in no order. */
    public void forEach(ObjLongConsumer<Reason> visitor) {
        counts.forEach((reason, count) -> visitor.accept(reason, count.sum()));
    }
}
