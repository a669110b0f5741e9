package org.escrowmq.api.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The preface that a HAProxy-style balancer writes before a connection's own bytes, in its text form (v1) or its binary
 * form (v2).
 *
 * <pre>
 * v1 = "PROXY " ("TCP4"|"TCP6") " " source " " destination " " sourcePort " " destinationPort CR LF    at most 107 bytes
 *    | "PROXY UNKNOWN" anything CR LF
 * v2 = signature:12  version and command:u8 (0x20 LOCAL, 0x21 PROXY)  family:u8 (0x11 TCP4, 0x21 TCP6)  length:u16
 *      source address, destination address, source port:u16, destination port:u16, further fields
 * </pre>
 *
 * @param length bytes of the preface, to be skipped
 * @param source the announced client, absent where the balancer speaks for itself or does not know
 */
record ProxyPreface(int length, @Nullable InetSocketAddress source) {
    /** Longest v2 preface that is taken: address block and further fields. */
    static final int V2_BYTES_MAX = 16 + 2048;

    private static final int V1_BYTES_MAX = 107;
    private static final byte[] V1_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2_START = {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    /** What the first bytes of a connection say about a preface. */
    enum Sight {
        /** There is none. */
        ABSENT,
        /** Too few bytes to tell, or it is not complete yet. */
        INCOMPLETE,
        /** It is complete; read it with {@link #read}. */
        COMPLETE
    }

    /** Looks at the bytes from {@code in}'s position on, which stays. */
    static Sight look(ByteBuffer in) throws MalformedPrefaceException {
        if (startsLike(in, V1_START)) {
            if (in.remaining() < V1_START.length) return Sight.INCOMPLETE;
            return v1Length(in) < 0 ? Sight.INCOMPLETE : Sight.COMPLETE;
        }
        if (startsLike(in, V2_START)) {
            if (in.remaining() < 16) return Sight.INCOMPLETE;
            return in.remaining() < v2Length(in) ? Sight.INCOMPLETE : Sight.COMPLETE;
        }
        return Sight.ABSENT;
    }

    /** The preface at {@code in}'s position, which stays. Only after {@link Sight#COMPLETE}. */
    static ProxyPreface read(ByteBuffer in) throws MalformedPrefaceException {
        return in.get(in.position()) == V1_START[0] ? readV1(in) : readV2(in);
    }

    private static boolean startsLike(ByteBuffer in, byte[] start) {
        int shared = Math.min(in.remaining(), start.length);
        for (int i = 0; i < shared; i++) {
            if (in.get(in.position() + i) != start[i]) return false;
        }
        return true;
    }

    private static int v1Length(ByteBuffer in) throws MalformedPrefaceException {
        int seen = Math.min(in.remaining(), V1_BYTES_MAX);
        for (int i = 1; i < seen; i++) {
            if (in.get(in.position() + i) == '\n' && in.get(in.position() + i - 1) == '\r') return i + 1;
        }
        if (seen == V1_BYTES_MAX) throw new MalformedPrefaceException("no line end within " + V1_BYTES_MAX + " bytes");
        return -1;
    }

    private static ProxyPreface readV1(ByteBuffer in) throws MalformedPrefaceException {
        byte[] line = new byte[v1Length(in)];
        in.duplicate().get(line);
        String[] words = new String(line, 0, line.length - 2, StandardCharsets.US_ASCII).split(" ", -1);
        if (words[1].equals("UNKNOWN")) return new ProxyPreface(line.length, null);
        boolean tcp4 = words[1].equals("TCP4");
        if (words.length != 6 || !(tcp4 || words[1].equals("TCP6"))) {
            throw new MalformedPrefaceException("not a PROXY line: " + String.join(" ", words));
        }
        return new ProxyPreface(line.length, new InetSocketAddress(address(tcp4, words[2]), port(words[4])));
    }

    private static InetAddress address(boolean ipv4, String text) throws MalformedPrefaceException {
        try {
            byte[] address = HostText.addressBytes(text);
            if (address == null || HostText.isIpv4(text) != ipv4)
                throw new MalformedPrefaceException("not an address: " + text);
            return InetAddress.getByAddress(address);
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw new MalformedPrefaceException("not an address: " + text);
        }
    }

    private static int port(String text) throws MalformedPrefaceException {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new MalformedPrefaceException("not a port: " + text);
        }
        return Integer.parseInt(text);
    }

    private static int v2Length(ByteBuffer in) throws MalformedPrefaceException {
        int length = 16 + (in.getShort(in.position() + 14) & 0xffff);
        if (length > V2_BYTES_MAX) throw new MalformedPrefaceException("a preface of " + length + " bytes");
        return length;
    }

    private static ProxyPreface readV2(ByteBuffer in) throws MalformedPrefaceException {
        int length = v2Length(in);
        int versionAndCommand = in.get(in.position() + 12) & 0xff;
        int family = in.get(in.position() + 13) & 0xff;
        if (versionAndCommand == 0x20) return new ProxyPreface(length, null);
        if (versionAndCommand != 0x21) throw new MalformedPrefaceException("version and command " + versionAndCommand);
        int addressBytes = family == 0x11 ? 4 : family == 0x21 ? 16 : 0;
        if (addressBytes == 0) return new ProxyPreface(length, null);
        if (length < 16 + 2 * addressBytes + 4) throw new MalformedPrefaceException("the address block is cut");
        byte[] source = new byte[addressBytes];
        in.duplicate().position(in.position() + 16).get(source);
        int port = in.getShort(in.position() + 16 + 2 * addressBytes) & 0xffff;
        try {
            return new ProxyPreface(length, new InetSocketAddress(InetAddress.getByAddress(source), port));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes", e);
        }
    }

    /** The bytes begin like a preface and are none; the connection is closed. */
    static final class MalformedPrefaceException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedPrefaceException(String message) {
            super(message);
        }
    }
}
