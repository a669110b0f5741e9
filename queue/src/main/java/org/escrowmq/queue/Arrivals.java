package org.escrowmq.queue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/** Messages that were moved here, by move, until their origin has confirmed that it will not send them again. In order of arrival. */
final class Arrivals {
    private final Map<MoveId, Offset> offsets = new LinkedHashMap<>();

    @Nullable
    Offset find(MoveId id) {
        return offsets.get(id);
    }

    void add(MoveId id, Offset offset) {
        if (offsets.put(id, offset) != null) throw new IllegalStateException(id + " arrived twice");
    }

    void forget(MoveId id) {
        if (offsets.remove(id) == null) throw new IllegalStateException(id + " never arrived");
    }

    Map<MoveId, Offset> all() {
        return offsets;
    }
}
