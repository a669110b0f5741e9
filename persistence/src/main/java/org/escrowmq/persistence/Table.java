package org.escrowmq.persistence;

/**
 * A named table, one key space for each persistence id. Tables 1 to 15 belong to the journal itself; the users of the
 * journal take 16 to 127. A number never changes its meaning on disk; docs/formats/tables.md lists them.
 */
public record Table(int number, String name) {
    /** Rejects numbers that do not fit the key layout. */
    public Table {
        if (number < 1 || number > 127) throw new IllegalArgumentException("a table number is 1 to 127, got " + number);
    }
}
