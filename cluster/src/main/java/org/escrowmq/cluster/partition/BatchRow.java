package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.TableOperation;

/**
 * A row of the table of offsets: where the messages of one batch are.
 *
 * @param sequenceNumber the journal entry that holds them, blob i being the message at {@code firstOffset + i}
 * @param bytes their stored size
 * @param bytesBefore the running total of the sizes of all batches before this one
 */
public record BatchRow(
        long firstOffset, long sequenceNumber, int count, long storedEpochMillis, long bytes, long bytesBefore) {
    private static final int VALUE_BYTES = 36;

    static BatchRow read(byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        return new BatchRow(
                ByteBuffer.wrap(key).getLong(), in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
    }

    /** The operation that writes the row. */
    TableOperation put() {
        byte[] value = ByteBuffer.allocate(VALUE_BYTES)
                .putLong(sequenceNumber)
                .putInt(count)
                .putLong(storedEpochMillis)
                .putLong(bytes)
                .putLong(bytesBefore)
                .array();
        return new TableOperation.Put(PartitionTables.OFFSETS, PartitionTables.offsetKey(firstOffset), value);
    }

    /** The operation that removes the row. */
    public TableOperation removal() {
        return new TableOperation.Delete(PartitionTables.OFFSETS, PartitionTables.offsetKey(firstOffset));
    }

    /** The offset after the last message. */
    public Offset end() {
        return new Offset(firstOffset + count);
    }

    /** The running total of sizes after this batch. */
    public long bytesAfter() {
        return bytesBefore + bytes;
    }

    boolean covers(long offset) {
        return firstOffset <= offset && offset < firstOffset + count;
    }
}
