package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import org.escrowmq.persistence.RetentionClass;

/**
 * Where an entry or snapshot is, and enough of it to answer a repeated write and to find a blob with one read of the log.
 *
 * <pre>
 *   retention:u8 | epoch:u64 | time:u64 | checksum:u32 | prefixBytes:u32 | blobs:u32 | blobBytes:u32* | position:u64 a part
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared
record EntryRow(
        RetentionClass retention, long epoch, long timeMillis, int checksum, EntryLayout layout, long[] positions) {
    private static final int FIXED_BYTES = 29;

    byte[] encode() {
        ByteBuffer row = ByteBuffer.allocate(FIXED_BYTES + 4 * layout.blobBytes().length + 8 * positions.length);
        row.put((byte) retention.code()).putLong(epoch).putLong(timeMillis).putInt(checksum);
        row.putInt(layout.prefixBytes()).putInt(layout.blobBytes().length);
        for (int bytes : layout.blobBytes()) row.putInt(bytes);
        for (long position : positions) row.putLong(position);
        return row.array();
    }

    static EntryRow decode(byte[] bytes) {
        ByteBuffer row = ByteBuffer.wrap(bytes);
        RetentionClass retention = RetentionClass.ofCode(row.get());
        long epoch = row.getLong();
        long timeMillis = row.getLong();
        int checksum = row.getInt();
        int prefixBytes = row.getInt();
        int[] blobBytes = new int[row.getInt()];
        for (int i = 0; i < blobBytes.length; i++) blobBytes[i] = row.getInt();
        long[] positions = new long[row.remaining() / 8];
        for (int i = 0; i < positions.length; i++) positions[i] = row.getLong();
        return new EntryRow(retention, epoch, timeMillis, checksum, new EntryLayout(prefixBytes, blobBytes), positions);
    }

    EntryRow at(long[] newPositions) {
        return new EntryRow(retention, epoch, timeMillis, checksum, layout, newPositions);
    }
}
