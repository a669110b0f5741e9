package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.TableOperation;

/**
 * A row of the table of offsets: where the messages of one batch are.
 *
 * @param sequenceNumber the journal entry that holds them, blob {@code index + i} being the message at {@code firstOffset + i}
 * @param storedEpochMillis when they became visible
 * @param bytes their stored size
 * @param bytesBefore the running total of the sizes of all batches before this one
 * @param transaction the number of the transaction that stored the only message; {@link #NO_TRANSACTION} where none did
 * @param dueIn the journal entry that made messages visible that had waited for their time; 0 where they had not
 */
public record BatchRow(
        long firstOffset,
        long sequenceNumber,
        int count,
        long storedEpochMillis,
        long bytes,
        long bytesBefore,
        int index,
        long transaction,
        long dueIn) {
    /** What {@link #transaction()} says of messages that were visible when they were stored. */
    public static final long NO_TRANSACTION = -1;

    private static final int VALUE_BYTES = 36;
    private static final int TRANSACTION_BYTES = 12;
    private static final int DUE_BYTES = 8;

    /** A batch of messages that are the first blobs of their entry. */
    public BatchRow(
            long firstOffset, long sequenceNumber, int count, long storedEpochMillis, long bytes, long bytesBefore) {
        this(firstOffset, sequenceNumber, count, storedEpochMillis, bytes, bytesBefore, 0, NO_TRANSACTION, 0);
    }

    static BatchRow read(byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        long firstOffset = ByteBuffer.wrap(key).getLong();
        boolean plain = value.length == VALUE_BYTES;
        boolean waited = value.length == VALUE_BYTES + TRANSACTION_BYTES + DUE_BYTES;
        return new BatchRow(
                firstOffset,
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                plain ? 0 : in.getInt(),
                plain ? NO_TRANSACTION : in.getLong(),
                waited ? in.getLong() : 0);
    }

    /** The operation that writes the row. */
    TableOperation put() {
        ByteBuffer value = ByteBuffer.allocate(valueBytes())
                .putLong(sequenceNumber)
                .putInt(count)
                .putLong(storedEpochMillis)
                .putLong(bytes)
                .putLong(bytesBefore);
        if (isOfTransaction() || hasWaited()) value.putInt(index).putLong(transaction);
        if (hasWaited()) value.putLong(dueIn);
        return new TableOperation.Put(PartitionTables.OFFSETS, PartitionTables.offsetKey(firstOffset), value.array());
    }

    private int valueBytes() {
        if (hasWaited()) return VALUE_BYTES + TRANSACTION_BYTES + DUE_BYTES;
        return isOfTransaction() ? VALUE_BYTES + TRANSACTION_BYTES : VALUE_BYTES;
    }

    /** Whether a transaction stored its message: its entry is an older one than those around it. */
    public boolean isOfTransaction() {
        return transaction != NO_TRANSACTION;
    }

    /** Whether its messages waited for their time: their entry is an older one than those around it. */
    public boolean hasWaited() {
        return dueIn != 0;
    }

    /** The newest entry that its messages came of: that of their storing, or the one that made them visible. */
    public long lastEntry() {
        return Math.max(sequenceNumber, dueIn);
    }

    /** Where the message at this offset of the batch is. */
    BlobReference reference(long offset) {
        return new BlobReference(sequenceNumber, index + (int) (offset - firstOffset));
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
