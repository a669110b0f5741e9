package org.escrowmq.persistence.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a log. Everything that a log does with the bytes of its files goes through here. */
public interface LogFile extends Closeable {
    /** Reads up to {@code dst.remaining()} bytes; fewer only at the end of the file. Returns how many. */
    int read(ByteBuffer dst, long offset) throws IOException;

    /** Writes all of {@code src} in place; the file grows when it must. Durable only after {@link #sync}. */
    void write(ByteBuffer src, long offset) throws IOException;

    /** Makes everything written so far durable. */
    void sync() throws IOException;

    /** Bytes of the file. */
    long size() throws IOException;
}
