package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.model.MessageCodec;

/**
 * A message as it lies in the store ({@link org.escrowmq.model.MessageCodec}).
 *
 * @param groupHash 64 bits of its message group, 0 when it has none; as the queue remembers it
 */
public record StoredBlob(ByteBuffer blob, long storedEpochMillis, long groupHash) {
    /** A message that was read. */
    public static StoredBlob of(ByteBuffer blob, long storedEpochMillis) {
        String group = MessageCodec.groupOf(blob);
        return new StoredBlob(blob, storedEpochMillis, group == null ? 0 : Fingerprint.of(group));
    }
}
