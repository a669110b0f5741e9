package org.escrowmq.systemtests.faults;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Bytes of HTTP/2 as no library would send them; RFC 9113 for frames, RFC 7541 for headers (literals only, no table). */
final class Http2 {
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;
    private static final int CANCEL = 8;
    private static final String SEND = "/apache.rocketmq.v2.MessagingService/SendMessage";

    private Http2() {}

    /** What a client says first: the preface and empty settings. */
    static byte[] opening() {
        return joined(
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame(SETTINGS, 0, 0, new byte[0]));
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return frame(type, flags, stream, payload.length, payload);
    }

    /** One whose header claims another length than follows. */
    static byte[] frame(int type, int flags, int stream, int claimedLength, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(claimedLength >>> 16);
            out.writeShort(claimedLength);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The headers of a gRPC call of SendMessage. */
    static byte[] callHeaders(int stream) {
        return frame(HEADERS, END_HEADERS, stream, headers());
    }

    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
    }

    private static byte[] headers() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        literal(out, ":method", "POST");
        literal(out, ":scheme", "http");
        literal(out, ":path", SEND);
        literal(out, ":authority", "localhost");
        literal(out, "content-type", "application/grpc");
        literal(out, "te", "trailers");
        return out.toByteArray();
    }

    /** Without indexing, new name; both are shorter than 127 bytes. */
    private static void literal(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
