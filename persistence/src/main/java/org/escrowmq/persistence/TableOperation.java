package org.escrowmq.persistence;

/** A change of a table that the journal applies atomically with the entry that carries it, on every member. */
public sealed interface TableOperation {
    /** Sets {@code key} of the writer's part of {@code table}; the last one wins. */
    record Put(Table table, byte[] key, byte[] value) implements TableOperation {}

    /** Removes {@code key} of the writer's part of {@code table}; removing what is not there changes nothing. */
    record Delete(Table table, byte[] key) implements TableOperation {}

    /** The writer must be awake at this time, by the server's clock; replaces its earlier wish. */
    record WakeAt(long epochMillis) implements TableOperation {}

    /** The writer needs no waking. */
    record NoWake() implements TableOperation {}

    /** Keeps the entry with this number alive although a trim passes it (a pending delay, a half message). */
    record Pin(long sequenceNumber) implements TableOperation {}

    /** Ends a {@link Pin}. */
    record Unpin(long sequenceNumber) implements TableOperation {}
}
