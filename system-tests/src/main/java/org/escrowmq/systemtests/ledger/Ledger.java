package org.escrowmq.systemtests.ledger;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The database of the service: one row for each transaction, in a file that the producers' processes map together. What a process has
 * written is there when it is killed, so this is as durable as the test needs. Thread-safe, across processes.
 *
 * <pre>
 * file = next row:i64  { state + 4 * owner:i64 }     state: 0 unused, 1 begun, 2 committed, 3 rolled back
 * </pre>
 */
final class Ledger {
    /** Where a row stands. */
    enum State {
        UNUSED,
        BEGUN,
        COMMITTED,
        ROLLED_BACK
    }

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer rows;
    private final int count;

    private Ledger(ByteBuffer rows, int count) {
        this.rows = rows;
        this.count = count;
    }

    /** A ledger of so many rows; the file is made where it does not exist. */
    static Ledger open(Path file, int count) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Ledger(channel.map(FileChannel.MapMode.READ_WRITE, 0, 8L * (count + 1)), count);
        }
    }

    int count() {
        return count;
    }

    /** Takes a row that nobody has had; -1 when all are taken. */
    int take() {
        long next = (long) LONGS.getAndAdd(rows, 0, 1L);
        return next < count ? (int) next : -1;
    }

    /** Whether all rows were taken. */
    boolean allTaken() {
        return (long) LONGS.getVolatile(rows, 0) >= count;
    }

    private static int at(int row) {
        return 8 * (row + 1);
    }

    /** A transaction of this process begins. */
    void begin(int row, int owner) {
        LONGS.setVolatile(rows, at(row), State.BEGUN.ordinal() + 4L * owner);
    }

    /** Ends it, if it is not ended yet; whether it was ended so, by this call or before. */
    boolean end(int row, State state) {
        long before = (long) LONGS.getVolatile(rows, at(row));
        if (state(before) != State.BEGUN) return state(before) == state;
        long after = before - State.BEGUN.ordinal() + state.ordinal();
        return LONGS.compareAndSet(rows, at(row), before, after) || end(row, state);
    }

    State state(int row) {
        return state((long) LONGS.getVolatile(rows, at(row)));
    }

    private static State state(long value) {
        return State.values()[(int) (value & 3)];
    }

    /** What a database does when a connection breaks: what this process had begun and not ended is rolled back. How many that were. */
    int rollBackAllOf(int owner) {
        int rolledBack = 0;
        for (int row = 0; row < count; row++) {
            long value = (long) LONGS.getVolatile(rows, at(row));
            if (value >> 2 == owner && state(value) == State.BEGUN && end(row, State.ROLLED_BACK)) rolledBack++;
        }
        return rolledBack;
    }
}
