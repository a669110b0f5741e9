package org.escrowmq.persistence.tables;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.iq80.leveldb.Snapshot;

/**
 * All rows of the tables in one plain file of its own, sharing nothing with LevelDB's files. It stands for the part of the log
 * that the collector has dropped, should every checkpoint be damaged.
 *
 * <pre>
 *   "ESCIMAGE" | version:u32 = 1 | ( keyLength:u32 key valueLength:u32 value )* | 0xffffffff | rows:u64 | CRC32C:u32
 * </pre>
 */
public final class TableImage {
    private static final long MAGIC = 0x455343494d414745L;
    private static final int VERSION = 1;
    private static final int END = -1;
    private static final int ROW_BYTES_MAX = 256 * 1024 * 1024;

    private TableImage() {}

    /** Writes frozen content to {@code file}, replacing what was there once the new one is durable. */
    public static void write(Tables tables, Snapshot frozen, Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        CRC32C crc = new CRC32C();
        long[] rows = {0};
        try (DataOutputStream out = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 18), crc))) {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            IOException[] failed = new IOException[1];
            tables.scanAll(frozen, (address, value) -> {
                try {
                    out.writeInt(address.length);
                    out.write(address);
                    out.writeInt(value.length);
                    out.write(value);
                    rows[0]++;
                    return true;
                } catch (IOException e) {
                    failed[0] = e;
                    return false;
                }
            });
            if (failed[0] != null) throw failed[0];
            out.writeInt(END);
            out.writeLong(rows[0]);
            out.writeInt((int) crc.getValue());
        }
        Folders.sync(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.syncFolder(
                java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** Reads an image to its end. @throws DamagedCheckpointException when it is not whole */
    public static void read(Path file, Tables.RowVisitor visitor) throws IOException {
        CRC32C crc = new CRC32C();
        try (DataInputStream in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 18), crc))) {
            if (in.readLong() != MAGIC) throw new DamagedCheckpointException(file + " is not a table image");
            int version = in.readInt();
            if (version != VERSION) throw new DamagedCheckpointException(file + " has the unknown version " + version);
            long rows = 0;
            for (int length = in.readInt(); length != END; length = in.readInt()) {
                byte[] address = block(in, file, length);
                visitor.row(address, block(in, file, in.readInt()));
                rows++;
            }
            if (in.readLong() != rows) throw new DamagedCheckpointException(file + " has lost rows");
            int expected = (int) crc.getValue();
            if (in.readInt() != expected) throw new DamagedCheckpointException(file + " does not match its checksum");
        } catch (EOFException cut) {
            throw new DamagedCheckpointException(file + " is cut short", cut);
        }
    }

    private static byte[] block(DataInputStream in, Path file, int length) throws IOException {
        if (length < 0 || length > ROW_BYTES_MAX)
            throw new DamagedCheckpointException(file + " holds an impossible length");
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) throw new DamagedCheckpointException(file + " is cut short");
        return bytes;
    }
}
