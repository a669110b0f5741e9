package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.queue.QueueCommand;

/**
 * A message made ready for its queue, off the queue's thread: encoded, with what the queue remembers of it.
 *
 * @param id the producer's id, for the answer
 * @param keys search keys; the message is indexed only when it has some
 * @param dueEpochMillis when it is to be visible at the earliest; 0 for at once
 */
public record OutgoingBlob(
        String id,
        MessageType type,
        int bodyBytes,
        ByteBuffer blob,
        List<String> keys,
        long dueEpochMillis,
        QueueCommand.Incoming incoming) {
    /** Encodes a message. */
    public static OutgoingBlob of(Message message) {
        ByteBuffer blob = MessageCodec.encode(message);
        String group = message.messageGroup();
        Long due = message.deliverAtEpochMillis();
        long groupHash = group == null ? 0 : Fingerprint.of(group);
        return new OutgoingBlob(
                message.id(),
                message.type(),
                message.body().remaining(),
                blob,
                message.keys(),
                due == null ? 0 : Math.max(0, due),
                new QueueCommand.Incoming(Fingerprint.of(message.id()), groupHash, blob.remaining()));
    }

    /** The size of the stored message. */
    public int bytes() {
        return incoming.bytes();
    }
}
