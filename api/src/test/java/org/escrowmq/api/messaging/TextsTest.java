package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Digest;
import apache.rocketmq.v2.DigestType;
import com.google.protobuf.Duration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts, digests and times of the wire. */
class TextsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void utf8BytesAreThoseOfTheEncoder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int[] points = random.ints(random.nextInt(20), 0, Character.MAX_CODE_POINT + 1)
                    .filter(point -> point < 0xd800 || point > 0xdfff)
                    .map(point -> random.nextBoolean() ? point : point % 0x900)
                    .toArray();
            String text = new String(points, 0, points.length);
            assertEquals(text.getBytes(StandardCharsets.UTF_8).length, Texts.utf8Bytes(text));
            assertEquals(text.chars().anyMatch(Character::isISOControl), Texts.hasControl(text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MD5, 900150983CD24FB0D6963F7D28E17F72",
        "MD5, 900150983cd24fb0d6963f7d28e17f72",
        "SHA1, A9993E364706816ABA3E25717850C26C9CD0D89D",
        "CRC32, 352441C2",
        "CRC32, 0352441c2",
        "DIGEST_TYPE_UNSPECIFIED, whatever",
        "MD5, ''"
    })
    void digestsThatFit(DigestType type, String checksum) {
        ByteBuffer body =
                ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
        Digest digest = Digest.newBuilder().setType(type).setChecksum(checksum).build();
        assertTrue(BodyDigest.fits(digest, body));
        assertEquals(3, body.remaining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA1", "CRC32"})
    void digestsThatDoNot(DigestType type) {
        Digest digest = Digest.newBuilder().setType(type).setChecksum("BAD").build();
        assertFalse(BodyDigest.fits(digest, ByteBuffer.wrap(new byte[] {1})));
    }

    @Test
    void timesSaturate() {
        assertEquals(
                Long.MAX_VALUE,
                WireTimes.millis(
                        Duration.newBuilder().setSeconds(Long.MAX_VALUE).build()));
        assertEquals(
                Long.MIN_VALUE,
                WireTimes.millis(
                        Duration.newBuilder().setSeconds(Long.MIN_VALUE).build()));
        assertEquals(-1500, WireTimes.epochMillis(WireTimes.timestamp(-1500)));
        assertEquals(1500, WireTimes.millis(WireTimes.duration(java.time.Duration.ofMillis(1500))));
    }
}
