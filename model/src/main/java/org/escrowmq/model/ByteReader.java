package org.escrowmq.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote. Anything else gives an IllegalArgumentException that names the part and the byte. */
public final class ByteReader {
    private final String what;
    private final ByteBuffer in;

    /** Reads all that remains of {@code in}, whose position stays. */
    public ByteReader(String what, ByteBuffer in) {
        this.what = what;
        this.in = in.slice();
    }

    public boolean atEnd() {
        return !in.hasRemaining();
    }

    public int octet() {
        need(1);
        return in.get() & 0xff;
    }

    public long number() {
        long value = bits();
        if (value < 0) throw malformed("a number above its range");
        return value;
    }

    /** A number from 0 to {@code max}. */
    public long number(String name, long max) {
        return atMost(max, name, number());
    }

    /** How many items follow, each of at least {@code itemBytesMin}. */
    public int count(String name, int itemBytesMin) {
        long count = number();
        return (int) atMost(in.remaining() / itemBytesMin, name, count);
    }

    public int smallNumber(String name) {
        return (int) number(name, Integer.MAX_VALUE);
    }

    public long signed() {
        long value = bits();
        return value >>> 1 ^ -(value & 1);
    }

    public long fixed() {
        need(8);
        return in.getLong();
    }

    public String text() {
        byte[] utf8 = new byte[count("text of bytes", 1)];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    public IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("malformed " + what + " at byte " + in.position() + ": " + why);
    }

    private long atMost(long max, String name, long value) {
        if (value > max) throw malformed(name + " " + value + ", at most " + max);
        return value;
    }

    private long bits() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            if (shift == 63 && octet > 1) break;
            value |= (long) (octet & 0x7f) << shift;
            if (octet < 0x80) return value;
        }
        throw malformed("a number of more than 64 bits");
    }

    private void need(int count) {
        if (in.remaining() < count) throw malformed("it ends too early");
    }
}
