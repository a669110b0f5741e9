package org.escrowmq.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stored form of a message: what goes in comes out, and what is damaged is told. {@code -Dmodel.seed=N} replays a seed. */
class MessageCodecTest {
    private static final List<String> TEXTS =
            List.of("", "a", "订单-支付", "😀🚀", "né\n\t\"", "\u0000", "x".repeat(2_000));

    static LongStream seeds() {
        Long seed = Long.getLong("model.seed");
        return seed == null ? LongStream.range(0, 300) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void comesBackAsItWent(long seed) {
        Message message = message(new Random(seed));
        ByteBuffer stored = MessageCodec.encode(message);
        assertEquals(0, stored.position());
        assertEquals(message, MessageCodec.decode(stored));
        assertEquals(message.tag(), MessageCodec.tagOf(stored));
        assertEquals(message.id(), MessageCodec.idOf(stored));
        assertEquals(message.messageGroup(), MessageCodec.groupOf(stored));
        assertEquals(message.properties(), MessageCodec.propertiesOf(stored));
        assertEquals(0, stored.position());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isReadInTheMiddleOfOtherBytes(long seed) {
        Random random = new Random(seed);
        Message message = message(random);
        ByteBuffer stored = MessageCodec.encode(message);
        ByteBuffer around = ByteBuffer.allocateDirect(stored.remaining() + 20);
        around.position(7);
        around.put(stored.duplicate()).limit(7 + stored.remaining()).position(7);
        assertEquals(message, MessageCodec.decode(around.asReadOnlyBuffer()));
        assertEquals(message.tag(), MessageCodec.tagOf(around));
        assertEquals(message.properties(), MessageCodec.propertiesOf(around));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageIsAnIllegalArgumentOrAnotherMessage(long seed) {
        Random random = new Random(seed);
        byte[] stored = MessageCodec.encode(message(random)).array();
        for (int round = 0; round < 50; round++) {
            byte[] damaged = Arrays.copyOf(stored, random.nextInt(stored.length + 1));
            if (random.nextBoolean()) damaged = stored.clone();
            if (damaged.length > 0)
                damaged[random.nextInt(Math.min(60, damaged.length))] ^= (byte) (1 << random.nextInt(8));
            readOrRefuse(ByteBuffer.wrap(damaged));
        }
    }

    @Test
    void isCutNowhereBeforeItsBodyUnnoticed() {
        ByteBuffer stored = MessageCodec.encode(full());
        int bodyAt = stored.remaining() - full().body().remaining();
        for (int cut = 0; cut < bodyAt; cut++) {
            ByteBuffer torn = stored.duplicate().limit(cut);
            assertThrows(IllegalArgumentException.class, () -> MessageCodec.decode(torn), "cut at " + cut);
            assertThrows(IllegalArgumentException.class, () -> MessageCodec.propertiesOf(torn), "cut at " + cut);
        }
        assertEquals(
                0, MessageCodec.decode(stored.duplicate().limit(bodyAt)).body().remaining());
    }

    @Test
    void theBodyIsTheStoredBytesThemselves() {
        byte[] body = new byte[4 * 1024 * 1024];
        new Random(7).nextBytes(body);
        ByteBuffer stored = MessageCodec.encode(Message.normal("id", ByteBuffer.wrap(body)));
        ByteBuffer read = MessageCodec.decode(stored).body();
        assertEquals(ByteBuffer.wrap(body), read);
        assertEquals(stored.array(), read.array());
        assertTrue(stored.capacity() < body.length + 100, "no slack behind a large body");
    }

    @Test
    void encodingLeavesTheBodyWhereItStands() {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
        ByteBuffer stored = MessageCodec.encode(Message.normal("id", body));
        assertEquals(1, body.position());
        assertEquals(
                ByteBuffer.wrap(new byte[] {2, 3}), MessageCodec.decode(stored).body());
    }

    @Test
    void anAbsentTagIsNotAnEmptyOne() {
        assertNull(MessageCodec.tagOf(MessageCodec.encode(Message.normal("id", ByteBuffer.allocate(0)))));
        Message full = full();
        assertEquals("标签🏷", MessageCodec.tagOf(MessageCodec.encode(full)));
    }

    @Test
    void anUnknownVersionIsRefused() {
        ByteBuffer stored = MessageCodec.encode(full()).put(0, (byte) 2);
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.decode(stored));
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.tagOf(stored));
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.idOf(stored));
        ByteBuffer cut = MessageCodec.encode(full()).limit(16);
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.idOf(cut));
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.propertiesOf(stored));
    }

    @Test
    void moreKeysThanCanBeCountedAreRefused() {
        Message few = full();
        List<String> keys =
                IntStream.range(0, 65_536).mapToObj(Integer::toString).toList();
        Message many = new Message(
                few.id(),
                few.type(),
                null,
                keys,
                Map.of(),
                few.encoding(),
                few.body(),
                0,
                "",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertThrows(IllegalArgumentException.class, () -> MessageCodec.encode(many));
    }

    @Test
    void versionOneStaysAsItWasWritten() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/message-1.hex"))) {
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            assertEquals(
                    full(), MessageCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
            ByteBuffer stored = MessageCodec.encode(full());
            assertArrayEquals(HexFormat.of().parseHex(hex), Arrays.copyOf(stored.array(), stored.remaining()));
        }
    }

    private static void readOrRefuse(ByteBuffer damaged) {
        try {
            Message message = MessageCodec.decode(damaged);
            assertEquals(message.tag(), MessageCodec.tagOf(damaged));
            assertEquals(message.id(), MessageCodec.idOf(damaged));
            assertEquals(message.properties(), MessageCodec.propertiesOf(damaged));
        } catch (IllegalArgumentException refused) {
            assertTrue(Objects.requireNonNull(refused.getMessage()).length() > 10, "says nothing");
        }
    }

    private static Message full() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("z", "last in the alphabet, first here");
        properties.put("ключ", "");
        return new Message(
                "01A2B3",
                MessageType.FIFO,
                "标签🏷",
                List.of("k1", "k2"),
                properties,
                BodyEncoding.GZIP,
                ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8)),
                1_700_000_000_000L,
                "10.0.0.1",
                "group",
                1_700_000_001_000L,
                60_000L,
                "00-trace-01",
                5,
                "lite",
                new Message.DeadLetterOrigin(new TopicName("ns", "orders"), "0FF1CE"));
    }

    private static Message message(Random random) {
        byte[] body = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(3_000)];
        random.nextBytes(body);
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) properties.put(text(random) + i, text(random));
        MessageType[] types = MessageType.values();
        return new Message(
                text(random),
                types[random.nextInt(types.length)],
                random.nextBoolean() ? null : text(random),
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> text(random))
                        .toList(),
                properties,
                random.nextBoolean() ? BodyEncoding.IDENTITY : BodyEncoding.GZIP,
                ByteBuffer.wrap(body),
                random.nextLong(),
                text(random),
                random.nextBoolean() ? null : text(random),
                random.nextBoolean() ? null : Long.valueOf(random.nextLong()),
                random.nextBoolean() ? null : Long.valueOf(random.nextLong()),
                random.nextBoolean() ? null : text(random),
                random.nextBoolean() ? null : Integer.valueOf(random.nextInt()),
                random.nextBoolean() ? null : text(random),
                origin(random));
    }

    private static Message.@Nullable DeadLetterOrigin origin(Random random) {
        if (random.nextBoolean()) return null;
        return new Message.DeadLetterOrigin(new TopicName(random.nextBoolean() ? "" : "ns", "orders"), text(random));
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
