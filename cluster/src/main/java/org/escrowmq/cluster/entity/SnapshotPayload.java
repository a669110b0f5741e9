package org.escrowmq.cluster.entity;

import java.nio.ByteBuffer;

/** How a queue's snapshot looks to Pekko Persistence: its bytes, as the snapshot plugin takes them without serialization. */
final class SnapshotPayload {
    private SnapshotPayload() {}

    static Object of(ByteBuffer state) {
        return state;
    }

    static ByteBuffer bytes(Object payload) {
        if (payload instanceof ByteBuffer state) return state;
        throw new IllegalStateException(
                "a queue's snapshot is not a " + payload.getClass().getName());
    }
}
