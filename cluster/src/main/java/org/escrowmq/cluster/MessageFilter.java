package org.escrowmq.cluster;

import java.nio.ByteBuffer;

/** Which messages a consumer wants; by tag or by SQL over properties. What it does not want is done with, for its group. */
public sealed interface MessageFilter permits TagFilter, PropertyFilter {
    /** Whether every message is wanted, so that none need be looked at. */
    boolean acceptsAll();

    /** Whether this message, in its stored form ({@link org.escrowmq.model.MessageCodec}), is wanted. Its position stays. */
    boolean accepts(ByteBuffer stored);
}
