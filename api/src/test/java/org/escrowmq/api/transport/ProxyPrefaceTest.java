package org.escrowmq.api.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyPrefaceTest {
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ByteBuffer v2(int command, int family, byte[] block) {
        return ByteBuffer.allocate(16 + block.length)
                .put(SIGNATURE)
                .put((byte) command)
                .put((byte) family)
                .putShort((short) block.length)
                .put(block)
                .flip();
    }

    /** Cut at every byte it is incomplete, whole it is read, and its end is where it should be. */
    private static ProxyPreface readCutEverywhere(ByteBuffer preface) throws Exception {
        for (int cut = 1; cut < preface.limit(); cut++) {
            assertEquals(
                    ProxyPreface.Sight.INCOMPLETE,
                    ProxyPreface.look(preface.duplicate().limit(cut)),
                    "cut at " + cut);
        }
        ByteBuffer followed = ByteBuffer.allocate(preface.limit() + 5)
                .put(preface.duplicate())
                .put(text("PRI *"))
                .flip();
        assertEquals(ProxyPreface.Sight.COMPLETE, ProxyPreface.look(followed));
        ProxyPreface read = ProxyPreface.read(followed);
        assertEquals(preface.limit(), read.length());
        return read;
    }

    @Test
    void v1OfBothFamilies() throws Exception {
        assertEquals(
                new InetSocketAddress("203.0.113.7", 4711),
                readCutEverywhere(text("PROXY TCP4 203.0.113.7 192.0.2.1 4711 8081\r\n"))
                        .source());
        assertEquals(
                new InetSocketAddress("2001:db8::7", 1),
                readCutEverywhere(text("PROXY TCP6 2001:db8::7 ::1 1 2\r\n")).source());
        assertNull(readCutEverywhere(text("PROXY UNKNOWN\r\n")).source());
        assertNull(readCutEverywhere(text("PROXY UNKNOWN a b c d\r\n")).source());
    }

    @Test
    void v2OfBothFamilies() throws Exception {
        byte[] four = {(byte) 203, 0, 113, 7, 1, 2, 3, 4, 0x12, 0x67, 0, 1};
        assertEquals(
                new InetSocketAddress("203.0.113.7", 4711),
                readCutEverywhere(v2(0x21, 0x11, four)).source());
        byte[] six = new byte[36 + 7]; // with further fields behind
        six[15] = 1;
        six[33] = 80;
        assertEquals(
                new InetSocketAddress("::1", 80),
                readCutEverywhere(v2(0x21, 0x21, six)).source());
        assertNull(readCutEverywhere(v2(0x20, 0, new byte[0])).source());
        assertNull(readCutEverywhere(v2(0x21, 0x31, new byte[216])).source());
    }

    @Test
    void othersHaveNone() throws Exception {
        assertEquals(ProxyPreface.Sight.ABSENT, ProxyPreface.look(text("PRI * HTTP/2.0\r\n")));
        assertEquals(ProxyPreface.Sight.ABSENT, ProxyPreface.look(ByteBuffer.wrap(new byte[] {0x16, 3, 1})));
        assertEquals(ProxyPreface.Sight.INCOMPLETE, ProxyPreface.look(text("P")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 999.1.1.1 1.1.1.1 1 1\r\n",
                "PROXY TCP4 ::1 ::1 1 1\r\n",
                "PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n",
                "PROXY TCP4 localhost 1.1.1.1 1 1\r\n",
                "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n",
                "PROXY TCP4 1.1.1.1\r\n",
                "PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n",
                "PROXY \r\n"
            })
    void malformedLines(String line) {
        assertThrows(ProxyPreface.MalformedPrefaceException.class, () -> ProxyPreface.read(text(line)));
    }

    @Test
    void malformedBlocks() {
        assertThrows(
                ProxyPreface.MalformedPrefaceException.class,
                () -> ProxyPreface.look(text("PROXY TCP4 " + "1".repeat(200))));
        assertThrows(
                ProxyPreface.MalformedPrefaceException.class, () -> ProxyPreface.read(v2(0x21, 0x11, new byte[11])));
        assertThrows(
                ProxyPreface.MalformedPrefaceException.class, () -> ProxyPreface.read(v2(0x31, 0x11, new byte[12])));
        assertThrows(
                ProxyPreface.MalformedPrefaceException.class,
                () -> ProxyPreface.look(v2(0x21, 0x11, new byte[ProxyPreface.V2_BYTES_MAX])));
    }
}
