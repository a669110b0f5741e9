package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;

/** A message as it lies in the store ({@link org.escrowmq.model.MessageCodec}), with the time it was stored. */
public record StoredBlob(ByteBuffer blob, long storedEpochMillis) {}
