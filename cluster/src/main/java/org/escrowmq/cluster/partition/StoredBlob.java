package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.model.MessageCodec;

/** A message as it lies in the store ({@link org.escrowmq.model.MessageCodec}), with the time it was stored. */
public record StoredBlob(ByteBuffer blob, long storedEpochMillis) {
    /** 64 bits of its message group, 0 when it has none; as the queue remembers it. */
    public long groupHash() {
        String group = MessageCodec.groupOf(blob);
        return group == null ? 0 : Fingerprint.of(group);
    }
}
