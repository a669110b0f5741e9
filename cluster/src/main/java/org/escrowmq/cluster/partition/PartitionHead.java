package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.delay.DelayEvent;
import org.escrowmq.delay.DelayEventCodec;
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
 *      | 129:u8  length:i32  part about the queue  length:i32  part about transactions  part about delays (to the end)
 * </pre>
 *
 * @param transactions what happened to transactions; the tables that came with the entry hold what it led to
 * @param delays what happened to messages that wait for their time; likewise
 */
public record PartitionHead(List<QueueEvent> queue, List<TransactionEvent> transactions, List<DelayEvent> delays) {
    private static final int OF_TWO_PARTS = 128;
    private static final int OF_THREE_PARTS = 129;

    /** Encodes it, in a buffer of its own. */
    ByteBuffer encode() {
        ByteBuffer first = QueueEventCodec.encode(queue);
        if (transactions.isEmpty() && delays.isEmpty()) return first;
        ByteBuffer second = TransactionEventCodec.encode(transactions);
        if (delays.isEmpty()) {
            return ByteBuffer.allocate(1 + 4 + first.remaining() + second.remaining())
                    .put((byte) OF_TWO_PARTS)
                    .putInt(first.remaining())
                    .put(first)
                    .put(second)
                    .flip();
        }
        ByteBuffer third = DelayEventCodec.encode(delays);
        return ByteBuffer.allocate(1 + 4 + first.remaining() + 4 + second.remaining() + third.remaining())
                .put((byte) OF_THREE_PARTS)
                .putInt(first.remaining())
                .put(first)
                .putInt(second.remaining())
                .put(second)
                .put(third)
                .flip();
    }

    /**
     * Decodes it; {@code head}'s position stays.
     *
     * @throws IllegalArgumentException when it is not the head of a batch of a known version
     */
    public static PartitionHead decode(ByteBuffer head) {
        ByteBuffer in = head.slice();
        int kind = in.hasRemaining() ? in.get(0) & 0xff : 0;
        if (kind != OF_TWO_PARTS && kind != OF_THREE_PARTS) {
            return new PartitionHead(QueueEventCodec.decode(in), List.of(), List.of());
        }
        in.get();
        List<QueueEvent> queue = QueueEventCodec.decode(part(in, "the queue"));
        if (kind == OF_TWO_PARTS) return new PartitionHead(queue, TransactionEventCodec.decode(in.slice()), List.of());
        List<TransactionEvent> transactions = TransactionEventCodec.decode(part(in, "transactions"));
        return new PartitionHead(queue, transactions, DelayEventCodec.decode(in.slice()));
    }

    private static ByteBuffer part(ByteBuffer in, String about) {
        if (in.remaining() < 4) throw malformed("it ends too early");
        int length = in.getInt();
        if (length < 0 || length > in.remaining())
            throw malformed("the part about " + about + " has a length of " + length);
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("malformed head of a batch: " + why);
    }
}
