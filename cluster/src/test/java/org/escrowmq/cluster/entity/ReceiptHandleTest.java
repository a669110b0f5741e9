package org.escrowmq.cluster.entity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptHandleTest {
    private static final GroupName BILLING = new GroupName("ns", "billing");

    private static final String GOLDEN = "AQAAAAAAAAADAAAABwAAAQAAAAAAAAAAAAAAAGNs_4On4acSdFh7V1A_xq1K";

    private final ReceiptHandle.Codec codec = new ReceiptHandle.Codec("0123456789abcdef".getBytes(US_ASCII));
    private final ReceiptHandle handle =
            ReceiptHandle.of(new QueueId(new TopicId(3), 7), new Offset(1L << 40), 99, BILLING);

    @Test
    void theTextIsTheGoldenOne() {
        assertEquals(GOLDEN, codec.write(handle));
        assertEquals(Optional.of(handle), codec.read(GOLDEN));
    }

    @Test
    void isForItsGroupOnly() {
        assertTrue(handle.isFor(BILLING));
        assertFalse(handle.isFor(GroupName.of("billing")));
        assertFalse(handle.isFor(new GroupName("", "ns/billing2")));
    }

    @Test
    void anotherSecretDoesNotReadIt() {
        ReceiptHandle.Codec other = new ReceiptHandle.Codec("0123456789abcdeF".getBytes(US_ASCII));
        assertEquals(Optional.empty(), other.read(codec.write(handle)));
    }

    @Test
    void everyFlippedBitIsRefused() {
        byte[] bytes = Base64.getUrlDecoder().decode(codec.write(handle));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertEquals(Optional.empty(), codec.read(text), "bit " + bit);
        }
    }

    @Test
    void everyChangedCharacterIsRefused() {
        String text = codec.write(handle);
        for (int at = 0; at < text.length(); at++) {
            for (char c : "A-_z9 =+\u00e9".toCharArray()) {
                if (text.charAt(at) == c) continue;
                String changed = text.substring(0, at) + c + text.substring(at + 1);
                assertEquals(Optional.empty(), codec.read(changed), changed);
            }
        }
    }

    @Test
    void otherLengthsAreRefused() {
        String text = codec.write(handle);
        for (int length = 0; length < text.length(); length++) {
            assertEquals(Optional.empty(), codec.read(text.substring(0, length)));
        }
        assertEquals(Optional.empty(), codec.read(text + "AAAA"));
        assertEquals(Optional.empty(), codec.read(text + text));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsWrittenIsRead(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            ReceiptHandle any = ReceiptHandle.of(
                    new QueueId(new TopicId(random.nextLong() >>> 1), random.nextInt(5000)),
                    new Offset(random.nextLong() >>> 1),
                    random.nextLong(),
                    GroupName.of("g" + i));
            assertEquals(Optional.of(any), codec.read(codec.write(any)), "seed " + seed);
        }
    }
}
