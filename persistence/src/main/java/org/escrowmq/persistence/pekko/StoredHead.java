package org.escrowmq.persistence.pekko;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.escrowmq.persistence.JournalEntry;

/** The heads of entries that actors persisted as {@link JournalEntry}, for those who read the journal beside the actor. */
public final class StoredHead {
    private StoredHead() {}

    /** The head as the actor gave it; empty where the actor persisted something else. */
    public static Optional<ByteBuffer> of(ByteBuffer stored) {
        return StoredPayload.isOwn(stored) ? Optional.of(StoredPayload.content(stored)) : Optional.empty();
    }
}
