package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.List;

/** The compact binary form of a batch of events: the head of a journal entry (docs/formats/queue-events.md). */
public final class QueueEventCodec {
    private QueueEventCodec() {}

    /** Encodes a batch, in a buffer of its own. */
    public static ByteBuffer encode(List<QueueEvent> events) {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Decodes a batch. */
    public static List<QueueEvent> decode(ByteBuffer head) {
        throw new UnsupportedOperationException("skeleton");
    }
}
