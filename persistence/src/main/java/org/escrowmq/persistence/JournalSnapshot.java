package org.escrowmq.persistence;

import java.nio.ByteBuffer;
import org.escrowmq.model.SequenceNumber;

/** A writer's state as of {@code upTo}, itself stored as journal entries. {@code takenEpochMillis} is the server's clock. */
public record JournalSnapshot(SequenceNumber upTo, long takenEpochMillis, ByteBuffer state) {}
