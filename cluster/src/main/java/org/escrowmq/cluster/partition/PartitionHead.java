package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.queue.QueueEvent;
import org.escrowmq.queue.QueueEventCodec;
import org.escrowmq.transaction.TransactionEvent;
import org.escrowmq.transaction.TransactionEventCodec;

/**
 * What a batch did: the head of a queue's journal entry (docs/formats/queue-events.md).
 *
 * <pre>
 * head = part about the queue                                                              where there is no other
 *      | 128:u8  length:i32  part about the queue  part about transactions (to the end)
 * </pre>
 *
 * @param transactions what happened to transactions; the tables that came with the entry hold what it led to
 */
public record PartitionHead(List<QueueEvent> queue, List<TransactionEvent> transactions) {
    private static final int OF_SEVERAL_PARTS = 128;

    /** Encodes it, in a buffer of its own. */
    ByteBuffer encode() {
        ByteBuffer first = QueueEventCodec.encode(queue);
        if (transactions.isEmpty()) return first;
        ByteBuffer second = TransactionEventCodec.encode(transactions);
        return ByteBuffer.allocate(1 + 4 + first.remaining() + second.remaining())
                .put((byte) OF_SEVERAL_PARTS)
                .putInt(first.remaining())
                .put(first)
                .put(second)
                .flip();
    }

    /**
     * Decodes it; {@code head}'s position stays.
     *
     * @throws IllegalArgumentException when it is not the head of a batch of a known version
     */
    public static PartitionHead decode(ByteBuffer head) {
        ByteBuffer in = head.slice();
        if (!in.hasRemaining() || (in.get(0) & 0xff) != OF_SEVERAL_PARTS) {
            return new PartitionHead(QueueEventCodec.decode(in), List.of());
        }
        if (in.remaining() < 5) throw malformed("it ends too early");
        int length = in.getInt(1);
        if (length < 0 || length > in.remaining() - 5)
            throw malformed("the part about the queue has a length of " + length);
        return new PartitionHead(
                QueueEventCodec.decode(in.slice(5, length)),
                TransactionEventCodec.decode(in.slice(5 + length, in.remaining() - 5 - length)));
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("malformed head of a batch: " + why);
    }
}
