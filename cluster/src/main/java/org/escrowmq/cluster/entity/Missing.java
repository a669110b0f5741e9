package org.escrowmq.cluster.entity;

import java.util.Collections;
import java.util.List;
import org.escrowmq.model.Offset;

/**
 * Messages that a grant wants and that are not in memory; at least one.
 *
 * @param offsets what is wanted, first what is wanted most
 * @param run whether the messages after the only offset will be wanted next, as by a consumer that works off a backlog. Otherwise just
 *     these are: messages to deliver again lie anywhere, and their neighbours may be done for long
 */
record Missing(List<Long> offsets, boolean run) {
    static Missing run(Offset from) {
        return new Missing(List.of(from.value()), true);
    }

    static Missing single(List<Long> offsets) {
        return new Missing(List.copyOf(offsets), false);
    }

    Offset first() {
        return new Offset(offsets.get(0));
    }

    Offset highest() {
        return new Offset(Collections.max(offsets));
    }
}
