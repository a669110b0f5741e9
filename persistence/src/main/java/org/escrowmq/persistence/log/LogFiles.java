package org.escrowmq.persistence.log;

import java.io.IOException;
import java.util.List;

/**
 * The folder of one stream. Names are relative to it. A creation, rename or removal is durable after {@link #syncFolder}.
 * Thread-safe.
 */
public interface LogFiles {
    /** Creates an empty file, replacing one of that name. */
    LogFile create(String name) throws IOException;

    /** Opens an existing file for reading and writing in place. */
    LogFile open(String name) throws IOException;

    /** The names of the files, in no order; without folders. */
    List<String> list() throws IOException;

    /** Renames a file, atomically; {@code to} may name a folder that is created when absent. */
    void rename(String from, String to) throws IOException;

    /** Removes a file. */
    void delete(String name) throws IOException;

    /** Makes the names durable. */
    void syncFolder() throws IOException;

    /** Bytes that can still be written on this file system; at most a fraction of a second old. */
    long freeBytes() throws IOException;

    /** What people call the file: its full path. */
    String describe(String name);
}
