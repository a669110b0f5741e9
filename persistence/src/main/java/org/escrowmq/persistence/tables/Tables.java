package org.escrowmq.persistence.tables;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.Snapshot;
import org.iq80.leveldb.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * One open LevelDB folder. Any thread reads; one thread writes. Writes are unsynced: durability comes from the log and from
 * checkpoints. A use after {@link #close} is a {@link TablesFault}, since in the native code it would end the process.
 */
public final class Tables implements Closeable {
    /** Rows handed out by {@link #scan}; answers false to end it. */
    public interface RowVisitor {
        /** {@code address} is the whole key, {@link RowKey} included. */
        boolean row(byte[] address, byte[] value);
    }

    /** A set of changes that becomes visible at once. Owned by the writing thread; must be closed. */
    public interface Batch extends AutoCloseable {
        /** Sets a row. */
        void put(byte[] address, byte[] value);

        /** Removes a row. */
        void delete(byte[] address);

        @Override
        void close();
    }

    private static final int CHUNK_ROWS = 1024;

    private final DB db;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private Tables(DB db) {
        this.db = db;
    }

    /** Opens {@code folder}, creating it when absent. */
    public static Tables open(Path folder, long cacheBytes, int writeBufferBytes) throws IOException {
        NativePlatform.require(System.getProperty("os.name"), System.getProperty("os.arch"));
        Options options = new Options()
                .createIfMissing(true)
                .cacheSize(cacheBytes)
                .writeBufferSize(writeBufferBytes)
                .compressionType(CompressionType.SNAPPY)
                .paranoidChecks(true)
                .maxOpenFiles(256);
        try {
            return new Tables(JniDBFactory.factory.open(folder.toFile(), options));
        } catch (UnsatisfiedLinkError missing) {
            throw new IOException(
                    NativePlatform.refusal(System.getProperty("os.name"), System.getProperty("os.arch")), missing);
        }
    }

    /** The value of a row, or null. */
    public byte @Nullable [] get(byte[] address) {
        enter();
        try {
            return db.get(address, checked());
        } catch (DBException e) {
            throw new TablesFault("LevelDB cannot read a row: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** An empty batch. */
    public Batch batch() {
        enter();
        try {
            return new OpenBatch(db.createWriteBatch());
        } finally {
            use.readLock().unlock();
        }
    }

    /** Applies a batch atomically. */
    public void write(Batch batch) {
        enter();
        try {
            db.write(((OpenBatch) batch).changes);
        } catch (DBException e) {
            throw new TablesFault("LevelDB cannot write: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Visits rows that start with {@code prefix} from {@code from} on, in order. */
    public void scan(byte[] prefix, byte[] from, RowVisitor visitor) {
        enter();
        try (DBIterator rows = db.iterator(checked())) {
            rows.seek(from);
            while (rows.hasNext()) {
                Map.Entry<byte[], byte[]> row = rows.next();
                if (!RowKey.startsWith(row.getKey(), prefix) || !visitor.row(row.getKey(), row.getValue())) return;
            }
        } catch (DBException | IOException e) {
            throw new TablesFault("LevelDB cannot scan: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** The last row that starts with {@code prefix} and is not above {@code address}, or null. */
    public Map.@Nullable Entry<byte[], byte[]> floor(byte[] prefix, byte[] address) {
        enter();
        try (DBIterator rows = db.iterator(checked())) {
            rows.seek(address);
            if (rows.hasNext()) {
                Map.Entry<byte[], byte[]> at = rows.peekNext();
                if (java.util.Arrays.equals(at.getKey(), address)) return at;
                if (!rows.hasPrev()) return null;
                return within(prefix, rows.peekPrev());
            }
            rows.seekToLast();
            return rows.hasNext() ? within(prefix, rows.peekNext()) : null;
        } catch (DBException | IOException e) {
            throw new TablesFault("LevelDB cannot search: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    private static Map.@Nullable Entry<byte[], byte[]> within(byte[] prefix, Map.Entry<byte[], byte[]> row) {
        return RowKey.startsWith(row.getKey(), prefix) ? row : null;
    }

    /** Pins the present content for a long read; release it with {@link #release}. */
    public Snapshot freeze() {
        enter();
        try {
            return db.getSnapshot();
        } finally {
            use.readLock().unlock();
        }
    }

    /** Visits all rows of frozen content, holding the tables open a thousand rows at a time only. */
    public void scanAll(Snapshot frozen, RowVisitor visitor) {
        byte[] from = new byte[0];
        while (true) {
            byte[] last = scanChunk(frozen, from, visitor);
            if (last == null) return;
            from = java.util.Arrays.copyOf(last, last.length + 1);
        }
    }

    private byte @Nullable [] scanChunk(Snapshot frozen, byte[] from, RowVisitor visitor) {
        enter();
        try (DBIterator rows = db.iterator(checked().snapshot(frozen).fillCache(false))) {
            rows.seek(from);
            byte[] last = null;
            for (int n = 0; n < CHUNK_ROWS; n++) {
                if (!rows.hasNext()) return null;
                Map.Entry<byte[], byte[]> row = rows.next();
                last = row.getKey();
                if (!visitor.row(last, row.getValue())) return null;
            }
            return last;
        } catch (DBException | IOException e) {
            throw new TablesFault("LevelDB cannot scan: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Ends {@link #freeze}. */
    public void release(Snapshot frozen) {
        enter();
        try {
            frozen.close();
        } catch (IOException e) {
            throw new TablesFault("LevelDB cannot release a snapshot", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Runs {@code copy} while no file of the folder appears, disappears or changes but by {@link #write}. */
    void whileFilesStand(FileCopy copy) throws IOException {
        enter();
        try {
            db.suspendCompactions();
            try {
                copy.run();
            } finally {
                db.resumeCompactions();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while LevelDB paused its compactions", e);
        } finally {
            use.readLock().unlock();
        }
    }

    interface FileCopy {
        void run() throws IOException;
    }

    private static ReadOptions checked() {
        return new ReadOptions().verifyChecksums(true);
    }

    private void enter() {
        use.readLock().lock();
        if (closed) {
            use.readLock().unlock();
            throw new TablesFault("the tables are closed");
        }
    }

    @Override
    public void close() throws IOException {
        use.writeLock().lock();
        try {
            if (closed) return;
            closed = true;
            db.close();
        } finally {
            use.writeLock().unlock();
        }
    }

    private record OpenBatch(WriteBatch changes) implements Batch {
        @Override
        public void put(byte[] address, byte[] value) {
            changes.put(address, value);
        }

        @Override
        public void delete(byte[] address) {
            changes.delete(address);
        }

        @Override
        public void close() {
            try {
                changes.close();
            } catch (IOException e) {
                throw new TablesFault("LevelDB cannot free a batch", e);
            }
        }
    }
}
