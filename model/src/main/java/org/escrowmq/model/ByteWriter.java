package org.escrowmq.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes; one owner, finished once. Numbers are LEB128 varints: seven bits a byte, the lowest first. */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    public ByteWriter(int sizeHint) {
        bytes = new byte[Math.max(16, sizeHint)];
    }

    public ByteWriter octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A number from 0 to Long.MAX_VALUE. */
    public ByteWriter number(long value) {
        if (value < 0) throw new IllegalArgumentException("a number of this format starts at 0, got " + value);
        return bits(value);
    }

    /** Any number; the closer to 0 the shorter. */
    public ByteWriter signed(long value) {
        return bits(value << 1 ^ value >> 63);
    }

    /** Eight bytes, big-endian. */
    public ByteWriter fixed(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) bytes[size++] = (byte) (value >>> shift);
        return this;
    }

    /** A byte count and UTF-8. */
    public ByteWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
        return this;
    }

    public ByteBuffer finish() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    private ByteWriter bits(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    private void room(int count) {
        if (bytes.length - size < count) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
    }
}
