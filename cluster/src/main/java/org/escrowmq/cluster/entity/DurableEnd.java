package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.Offset;

/** Where the messages end that are in the tables, and the steps that want one which is on its way to the disk. Owned by the queue's actor. */
final class DurableEnd {
    private final List<Step> waiting = new ArrayList<>();
    private Offset end = Offset.FIRST;

    Offset offset() {
        return end;
    }

    boolean covers(Offset offset) {
        return offset.compareTo(end) < 0;
    }

    /** More is durable; answers the steps that waited for it. */
    List<Step> moved(Offset newEnd) {
        end = newEnd;
        if (waiting.isEmpty()) return List.of();
        List<Step> ready = List.copyOf(waiting);
        waiting.clear();
        return ready;
    }

    /** Has a step decided again once more is durable. */
    void await(Step step) {
        waiting.add(step);
    }
}
