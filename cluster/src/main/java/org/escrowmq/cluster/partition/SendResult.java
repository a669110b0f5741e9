package org.escrowmq.cluster.partition;

import java.util.List;
import org.escrowmq.model.Offset;

/** What became of the messages of a send. */
public sealed interface SendResult {
    /**
     * Each message has an offset, a repeated one that of its first copy.
     *
     * @param offsets in the order of the send
     * @param stored the messages that are new here
     * @param repeated the others
     */
    record Placed(List<Offset> offsets, List<OutgoingBlob> stored, List<OutgoingBlob> repeated) implements SendResult {}

    /**
     * Nothing was done: messages stored at these offsets may be first copies, and are not in memory. Their ids are to be read, and the
     * send decided again with them.
     */
    record Unconfirmed(List<Offset> candidates) implements SendResult {}
}
