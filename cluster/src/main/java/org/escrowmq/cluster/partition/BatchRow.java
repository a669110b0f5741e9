package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.TableOperation;

/**
 * A row of the table of offsets: where the messages of one batch are.
 *
 * @param runs where they lie, in the order of their offsets; more than one only for messages that waited for their time
 * @param count how many they are
 * @param storedEpochMillis when they became visible
 * @param bytes their stored size
 * @param bytesBefore the running total of the sizes of all batches before this one
 * @param transaction the number of the transaction that stored the only message; {@link #NO_TRANSACTION} where none did
 * @param dueIn the journal entry that made messages visible that had waited for their time; 0 where they had not
 */
public record BatchRow(
        long firstOffset,
        List<Run> runs,
        int count,
        long storedEpochMillis,
        long bytes,
        long bytesBefore,
        long transaction,
        long dueIn) {
    /** What {@link #transaction()} says of messages that were visible when they were stored. */
    public static final long NO_TRANSACTION = -1;

    private static final int VALUE_BYTES = 36;
    private static final int TRANSACTION_BYTES = 12;
    private static final int DUE_BYTES = 8;
    private static final int RUN_BYTES = 16;

    /** Messages that lie one after another: {@code count} blobs of a journal entry, from {@code index} on. */
    public record Run(long sequenceNumber, int index, int count) {
        boolean isFollowedBy(long otherSequenceNumber, int otherIndex) {
            return sequenceNumber == otherSequenceNumber && index + count == otherIndex;
        }

        Run longer() {
            return new Run(sequenceNumber, index, count + 1);
        }
    }

    /** A batch of messages that are the first blobs of their entry. */
    public BatchRow(
            long firstOffset, long sequenceNumber, int count, long storedEpochMillis, long bytes, long bytesBefore) {
        this(
                firstOffset,
                List.of(new Run(sequenceNumber, 0, count)),
                count,
                storedEpochMillis,
                bytes,
                bytesBefore,
                NO_TRANSACTION,
                0);
    }

    static BatchRow read(byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        long firstOffset = ByteBuffer.wrap(key).getLong();
        long sequenceNumber = in.getLong();
        int count = in.getInt();
        long storedEpochMillis = in.getLong();
        long bytes = in.getLong();
        long bytesBefore = in.getLong();
        boolean plain = !in.hasRemaining();
        int index = plain ? 0 : in.getInt();
        long transaction = plain ? NO_TRANSACTION : in.getLong();
        long dueIn = in.hasRemaining() ? in.getLong() : 0;
        return new BatchRow(
                firstOffset,
                runs(in, sequenceNumber, index, count),
                count,
                storedEpochMillis,
                bytes,
                bytesBefore,
                transaction,
                dueIn);
    }

    private static List<Run> runs(ByteBuffer in, long sequenceNumber, int index, int count) {
        if (!in.hasRemaining()) return List.of(new Run(sequenceNumber, index, count));
        List<Run> runs = new ArrayList<>(1 + in.remaining() / RUN_BYTES);
        runs.add(new Run(sequenceNumber, index, in.getInt()));
        while (in.hasRemaining()) runs.add(new Run(in.getLong(), in.getInt(), in.getInt()));
        return runs;
    }

    /** The operation that writes the row. */
    TableOperation put() {
        Run head = runs.get(0);
        ByteBuffer value = ByteBuffer.allocate(valueBytes())
                .putLong(head.sequenceNumber())
                .putInt(count)
                .putLong(storedEpochMillis)
                .putLong(bytes)
                .putLong(bytesBefore);
        if (isOfTransaction() || hasWaited()) value.putInt(head.index()).putLong(transaction);
        if (hasWaited()) value.putLong(dueIn);
        if (runs.size() > 1) {
            value.putInt(head.count());
            for (Run run : runs.subList(1, runs.size())) {
                value.putLong(run.sequenceNumber()).putInt(run.index()).putInt(run.count());
            }
        }
        return new TableOperation.Put(PartitionTables.OFFSETS, PartitionTables.offsetKey(firstOffset), value.array());
    }

    private int valueBytes() {
        int further = runs.size() == 1 ? 0 : Integer.BYTES + (runs.size() - 1) * RUN_BYTES;
        if (hasWaited()) return VALUE_BYTES + TRANSACTION_BYTES + DUE_BYTES + further;
        return isOfTransaction() ? VALUE_BYTES + TRANSACTION_BYTES : VALUE_BYTES;
    }

    /** Whether a transaction stored its message: its entry is an older one than those around it. */
    public boolean isOfTransaction() {
        return transaction != NO_TRANSACTION;
    }

    /** Whether its messages waited for their time: their entries are older ones than those around it. */
    public boolean hasWaited() {
        return dueIn != 0;
    }

    /** The entry that holds the first message. */
    public long sequenceNumber() {
        return runs.get(0).sequenceNumber();
    }

    /** The newest entry that its messages came of: that of their storing, or the one that made them visible. */
    public long lastEntry() {
        return Math.max(sequenceNumber(), dueIn);
    }

    /** Where the message at this offset of the batch is. */
    BlobReference reference(long offset) {
        int place = (int) (offset - firstOffset);
        for (Run run : runs) {
            if (place < run.count()) return new BlobReference(run.sequenceNumber(), run.index() + place);
            place -= run.count();
        }
        throw new IllegalArgumentException("offset " + offset + " is not one of " + this);
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
