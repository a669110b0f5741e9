package org.escrowmq.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a message lies that is stored and has no offset yet, and what its queue remembers of it.
 *
 * <pre>
 * written as: sequence number:num  index:num  bytes:num  fingerprint:i64  group:i64  keys:num { key:i64 }
 * </pre>
 *
 * @param sequenceNumber the journal entry that holds it
 * @param index which of the entry's blobs it is
 * @param bytes its size there
 * @param fingerprint 64 bits of its id
 * @param groupHash 64 bits of its message group, 0 when it has none
 * @param keys 64 bits of each of its search keys
 */
public record StoredBody(long sequenceNumber, int index, int bytes, long fingerprint, long groupHash, List<Long> keys) {
    /** The same message, in an entry. */
    public StoredBody in(long entry, int place) {
        return new StoredBody(entry, place, bytes, fingerprint, groupHash, keys);
    }

    /** Writes it as a part of a row. */
    public void write(ByteWriter out) {
        out.number(sequenceNumber).number(index).number(bytes);
        out.fixed(fingerprint).fixed(groupHash).number(keys.size());
        for (long key : keys) out.fixed(key);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static StoredBody read(ByteReader in) {
        return new StoredBody(
                in.number(), in.smallNumber("index"), in.smallNumber("size"), in.fixed(), in.fixed(), keys(in));
    }

    private static List<Long> keys(ByteReader in) {
        int count = in.count("keys", Long.BYTES);
        List<Long> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) keys.add(in.fixed());
        return keys;
    }
}
