package org.escrowmq.persistence.tables;

import java.util.Arrays;

/**
 * How a row is addressed in LevelDB: {@code [table:u8][writer number:u64][key]}, big-endian, so that rows sort by table, then
 * writer, then key as unsigned bytes. Writer 0 is the journal itself. See docs/formats/tables.md.
 */
public final class RowKey {
    /** Bytes before the key proper. */
    public static final int PREFIX_BYTES = 9;

    private RowKey() {}

    /** The address of {@code key}. */
    public static byte[] of(int table, long writer, byte[] key) {
        byte[] address = new byte[PREFIX_BYTES + key.length];
        prefix(address, table, writer);
        System.arraycopy(key, 0, address, PREFIX_BYTES, key.length);
        return address;
    }

    /** The address of a key that is one number. */
    public static byte[] of(int table, long writer, long key) {
        byte[] address = new byte[PREFIX_BYTES + 8];
        prefix(address, table, writer);
        putLong(address, PREFIX_BYTES, key);
        return address;
    }

    /** The address of a key that is two numbers. */
    public static byte[] of(int table, long writer, long first, long second) {
        byte[] address = new byte[PREFIX_BYTES + 16];
        prefix(address, table, writer);
        putLong(address, PREFIX_BYTES, first);
        putLong(address, PREFIX_BYTES + 8, second);
        return address;
    }

    /** What all rows of a writer in a table start with. */
    public static byte[] prefix(int table, long writer) {
        byte[] address = new byte[PREFIX_BYTES];
        prefix(address, table, writer);
        return address;
    }

    /** The key proper of an address. */
    public static byte[] key(byte[] address) {
        return Arrays.copyOfRange(address, PREFIX_BYTES, address.length);
    }

    /** The writer number of an address. */
    public static long writer(byte[] address) {
        return getLong(address, 1);
    }

    /** The number at {@code index} bytes into the key proper. */
    public static long number(byte[] address, int index) {
        return getLong(address, PREFIX_BYTES + index);
    }

    /** Whether {@code address} starts with {@code prefix}. */
    public static boolean startsWith(byte[] address, byte[] prefix) {
        return address.length >= prefix.length && Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static void prefix(byte[] address, int table, long writer) {
        address[0] = (byte) table;
        putLong(address, 1, writer);
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) bytes[at + i] = (byte) (value >>> (56 - 8 * i));
    }

    private static long getLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) value = (value << 8) | (bytes[at + i] & 0xff);
        return value;
    }
}
