package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;

/**
 * Table operations in the log: {@code count:u32} and then for each {@code kind:u8} with {@code table:u8 keyLength:u32 key
 * valueLength:u32 value} (put), {@code table:u8 keyLength:u32 key} (delete) or {@code number:u64} (wake at, pin, unpin).
 */
final class OperationCodec {
    private static final int PUT = 1;
    private static final int DELETE = 2;
    private static final int WAKE_AT = 3;
    private static final int NO_WAKE = 4;
    private static final int PIN = 5;
    private static final int UNPIN = 6;

    private OperationCodec() {}

    static int bytes(List<TableOperation> operations) {
        int bytes = 4;
        for (TableOperation operation : operations) {
            if (operation instanceof TableOperation.Put put) {
                bytes += 10 + put.key().length + put.value().length;
            } else if (operation instanceof TableOperation.Delete delete) {
                bytes += 6 + delete.key().length;
            } else {
                bytes += operation instanceof TableOperation.NoWake ? 1 : 9;
            }
        }
        return bytes;
    }

    static void write(List<TableOperation> operations, ByteBuffer to) {
        to.putInt(operations.size());
        for (TableOperation operation : operations) write(operation, to);
    }

    private static void write(TableOperation operation, ByteBuffer to) {
        if (operation instanceof TableOperation.Put put) {
            to.put((byte) PUT).put((byte) put.table().number());
            to.putInt(put.key().length).put(put.key());
            to.putInt(put.value().length).put(put.value());
        } else if (operation instanceof TableOperation.Delete delete) {
            to.put((byte) DELETE).put((byte) delete.table().number());
            to.putInt(delete.key().length).put(delete.key());
        } else if (operation instanceof TableOperation.WakeAt wake) {
            to.put((byte) WAKE_AT).putLong(wake.epochMillis());
        } else if (operation instanceof TableOperation.Pin pin) {
            to.put((byte) PIN).putLong(pin.sequenceNumber());
        } else if (operation instanceof TableOperation.Unpin unpin) {
            to.put((byte) UNPIN).putLong(unpin.sequenceNumber());
        } else {
            to.put((byte) NO_WAKE);
        }
    }

    static List<TableOperation> read(ByteBuffer from) throws UnreadableRecordException {
        int count = from.getInt();
        List<TableOperation> operations = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) operations.add(readOne(from));
        return operations;
    }

    private static TableOperation readOne(ByteBuffer from) throws UnreadableRecordException {
        int kind = from.get();
        return switch (kind) {
            case PUT -> new TableOperation.Put(table(from), bytes(from), bytes(from));
            case DELETE -> new TableOperation.Delete(table(from), bytes(from));
            case WAKE_AT -> new TableOperation.WakeAt(from.getLong());
            case NO_WAKE -> new TableOperation.NoWake();
            case PIN -> new TableOperation.Pin(from.getLong());
            case UNPIN -> new TableOperation.Unpin(from.getLong());
            default -> throw new UnreadableRecordException("table operation of unknown kind " + kind);
        };
    }

    private static Table table(ByteBuffer from) {
        int number = from.get();
        return new Table(number, "table " + number);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return bytes;
    }
}
