package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches of events in their stored form. {@code -Dqueue.seed=N} replays one seed. */
class QueueEventCodecTest {
    /** The batch in golden/queue-events-1.hex. */
    private static final List<QueueEvent> BATCH = List.of(
            new QueueEvent.Appended(
                    new Offset(300),
                    List.of(
                            new QueueCommand.Incoming(-2, 0, 1_100),
                            new QueueCommand.Incoming(3, 0x0102030405060708L, 0)),
                    1_700_000_000_000L),
            new QueueEvent.GroupStarted(new GroupName("ns", "gruppe-组"), 7, new Offset(299)),
            new QueueEvent.Delivered(
                    7, offsets(299, 300, 301, 298, 400), offsets(302), 4_000, 60_000, true, "client@1"),
            new QueueEvent.Acknowledged(7, new Offset(300)),
            new QueueEvent.Acknowledged(7, new Offset(299)),
            new QueueEvent.Acknowledged(7, new Offset(301)),
            new QueueEvent.Acknowledged(8, new Offset(301)),
            new QueueEvent.InvisibleChanged(7, new Offset(400), 4_005, 10_000, false),
            new QueueEvent.ClientReleased("client@1", 1_000),
            new QueueEvent.GroupDeleted(7),
            new QueueEvent.Trimmed(new Offset(301)));

    private static final QueueEvent IN_ORDER = new QueueEvent.DeliveredInOrder(
            7,
            List.of(new QueueCommand.Grouped(new Offset(400), 0x0102030405060708L)),
            offsets(401),
            List.of(new QueueCommand.Grouped(new Offset(402), -2)),
            4_006,
            60_000,
            true,
            "client@1",
            0x55,
            true);

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 300) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void comesBackAsItWent(long seed) {
        Random random = new Random(seed);
        List<QueueEvent> events = IntStream.range(0, random.nextInt(12))
                .mapToObj(i -> event(random))
                .toList();
        ByteBuffer head = QueueEventCodec.encode(events);
        assertEquals(events, QueueEventCodec.decode(head));
        assertEquals(0, head.position());
        ByteBuffer around = ByteBuffer.allocateDirect(head.remaining() + 9);
        around.position(4);
        around.put(head.duplicate()).limit(4 + head.remaining()).position(4);
        assertEquals(events, QueueEventCodec.decode(around.asReadOnlyBuffer()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageIsAnIllegalArgumentOrOtherEvents(long seed) {
        Random random = new Random(seed);
        ByteBuffer head = QueueEventCodec.encode(List.of(event(random), event(random), event(random)));
        byte[] stored = new byte[head.remaining()];
        head.get(stored);
        for (int round = 0; round < 50; round++) {
            byte[] damaged =
                    random.nextBoolean() ? stored.clone() : Arrays.copyOf(stored, random.nextInt(stored.length + 1));
            if (damaged.length > 0) damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                assertTrue(QueueEventCodec.decode(ByteBuffer.wrap(damaged)).size() <= 3 * OffsetRuns.COUNT_MAX);
            } catch (IllegalArgumentException refused) {
                assertTrue(Objects.requireNonNull(refused.getMessage()).length() > 10, "says nothing");
            }
        }
    }

    @Test
    void versionOneStaysAsItWasWritten() throws IOException {
        assertEquals(BATCH, QueueEventCodec.decode(Golden.read("queue-events-1.hex")));
    }

    @Test
    void versionTwoStaysAsItWasWritten() throws IOException {
        List<QueueEvent> batch = new ArrayList<>(BATCH);
        batch.add(IN_ORDER);
        batch.add(new QueueEvent.GroupReset(7, new Offset(299)));
        assertEquals(batch, QueueEventCodec.decode(Golden.read("queue-events-2.hex")));
    }

    @Test
    void versionThreeStaysAsItWasWritten() throws IOException {
        MoveId id = new MoveId(new QueueId(new TopicId(300), 7), 2, 4_005);
        List<QueueEvent> batch = List.of(
                new QueueEvent.MoveIntended(7, new Offset(400), 4_007, Move.Destination.DEAD_LETTERS),
                new QueueEvent.MoveIntended(8, new Offset(401), 1, Move.Destination.ORIGIN),
                new QueueEvent.Moved(7, new Offset(400)),
                new QueueEvent.MoveGivenUp(8, new Offset(401)),
                new QueueEvent.Arrived(id, new Offset(500)),
                new QueueEvent.ArrivalForgotten(id));
        assertEquals(batch, QueueEventCodec.decode(Golden.read("queue-events-3.hex")));
        assertEquals(Golden.read("queue-events-3.hex"), QueueEventCodec.encode(batch));
    }

    @Test
    void anOlderVersionHasNoKindsOfALaterOne() {
        for (int[] head : new int[][] {{1, 10, 7, 1}, {2, 12, 7, 1}, {3, 16, 7, 1}}) {
            ByteBuffer bytes = ByteBuffer.allocate(head.length);
            for (int octet : head) bytes.put((byte) octet);
            assertThrows(IllegalArgumentException.class, () -> QueueEventCodec.decode(bytes.flip()));
        }
    }

    @Test
    void acknowledgementsInOrderCostNearlyNothing() {
        assertTrue(acknowledged(LongStream.range(1_000_000, 1_001_000)) <= 12);
    }

    @Test
    void acknowledgementsOutOfOrderCostAboutAByte() {
        LongStream shuffled = LongStream.range(0, 1_000).map(i -> 1_000_000 + i / 16 * 16 + i * 7 % 16);
        assertTrue(acknowledged(shuffled) <= 1_500);
    }

    @Test
    void aDeliveryOfConsecutiveMessagesIsShort() {
        QueueEvent delivered = new QueueEvent.Delivered(
                3,
                LongStream.range(5_000_000, 5_000_032).mapToObj(Offset::new).toList(),
                List.of(),
                9_000_000,
                10_000,
                false,
                "");
        assertTrue(QueueEventCodec.encode(List.of(delivered)).remaining() <= 20);
    }

    @Test
    void anUnknownVersionOrKindIsRefused() {
        assertRefused("unknown version 0", 0);
        assertRefused("unknown version 4", 4);
        assertRefused("unknown kind of event 99", 2, 99);
        assertRefused("unknown kind of event 9", 1, 9);
        assertRefused("unknown kind of event 10", 1, 10);
        assertRefused("ends too early");
    }

    @Test
    void aCountThatTheHeadCannotHoldIsRefusedBeforeAnythingIsAllocated() {
        assertRefused("count of messages", 1, QueueEventCodec.APPENDED, 0, 0, 0xff, 0xff, 0xff, 0xff, 7);
        assertRefused("count of offsets", 1, QueueEventCodec.ACKNOWLEDGED, 1, 0xff, 0xff, 0xff, 0x7f);
        assertRefused("length of a run", 1, QueueEventCodec.ACKNOWLEDGED, 1, 3, 1, 3);
        assertRefused("text of bytes", 1, QueueEventCodec.CLIENT_RELEASED, 100, 'x');
        assertRefused("offset -2", 1, QueueEventCodec.ACKNOWLEDGED, 1, 1, 6);
        assertRefused("more than 64 bits", 1, QueueEventCodec.TRIMMED, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2);
        assertRefused("above its range", 1, QueueEventCodec.TRIMMED, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    }

    @Test
    void moreOffsetsThanAnEventHoldsAreRefused() {
        List<Offset> many = LongStream.rangeClosed(0, OffsetRuns.COUNT_MAX)
                .mapToObj(Offset::new)
                .toList();
        QueueEvent event = new QueueEvent.Delivered(1, many, List.of(), 1, 1, false, "");
        assertThrows(IllegalArgumentException.class, () -> QueueEventCodec.encode(List.of(event)));
    }

    @Test
    void moreAcknowledgementsThanARecordHoldsBecomeTwo() {
        List<QueueEvent> many = LongStream.rangeClosed(0, OffsetRuns.COUNT_MAX)
                .mapToObj(offset -> (QueueEvent) new QueueEvent.Acknowledged(1, new Offset(offset)))
                .toList();
        assertEquals(many, QueueEventCodec.decode(QueueEventCodec.encode(many)));
    }

    private static int acknowledged(LongStream offsets) {
        List<QueueEvent> events = offsets.mapToObj(
                        offset -> (QueueEvent) new QueueEvent.Acknowledged(5, new Offset(offset)))
                .toList();
        return QueueEventCodec.encode(events).remaining();
    }

    private static void assertRefused(String why, int... octets) {
        byte[] head = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) head[i] = (byte) octets[i];
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> QueueEventCodec.decode(ByteBuffer.wrap(head)));
        assertTrue(Objects.requireNonNull(refused.getMessage()).contains(why), refused.getMessage());
    }

    private static QueueEvent event(Random random) {
        int group = random.nextInt(1 << random.nextInt(31));
        return switch (random.nextInt(12)) {
            case 0 -> new QueueEvent.Appended(offset(random), messages(random), random.nextLong());
            case 1 -> new QueueEvent.GroupStarted(new GroupName(text(random), text(random)), group, offset(random));
            case 2 -> new QueueEvent.GroupDeleted(group);
            case 3, 4 ->
                new QueueEvent.Delivered(
                        group,
                        offsets(random),
                        offsets(random),
                        random.nextLong() >>> 1,
                        random.nextLong() >>> 20,
                        random.nextBoolean(),
                        text(random));
            case 5 ->
                new QueueEvent.InvisibleChanged(
                        group, offset(random), random.nextLong() >>> 1, random.nextLong() >>> 1, random.nextBoolean());
            case 8 ->
                new QueueEvent.DeliveredInOrder(
                        group,
                        grouped(random),
                        offsets(random),
                        grouped(random),
                        random.nextLong() >>> 1,
                        random.nextLong() >>> 20,
                        random.nextBoolean(),
                        text(random),
                        random.nextLong(),
                        random.nextBoolean());
            case 6 -> new QueueEvent.ClientReleased(text(random), random.nextInt(100_000));
            case 7 -> new QueueEvent.Trimmed(offset(random));
            case 9 -> new QueueEvent.GroupReset(group, offset(random));
            default -> new QueueEvent.Acknowledged(random.nextInt(2), offset(random));
        };
    }

    private static List<QueueCommand.Incoming> messages(Random random) {
        return IntStream.range(0, random.nextInt(40))
                .mapToObj(i -> new QueueCommand.Incoming(
                        random.nextLong(),
                        random.nextBoolean() ? 0 : random.nextLong(),
                        random.nextInt(Integer.MAX_VALUE)))
                .toList();
    }

    private static List<QueueCommand.Grouped> grouped(Random random) {
        return offsets(random).stream()
                .map(offset -> new QueueCommand.Grouped(offset, random.nextLong()))
                .toList();
    }

    /** Runs, gaps and jumps back. */
    private static List<Offset> offsets(Random random) {
        List<Offset> offsets = new ArrayList<>();
        long at = random.nextLong() >>> (4 + random.nextInt(50));
        for (int i = random.nextInt(40); i > 0; i--) {
            at = Math.max(0, random.nextInt(3) == 0 ? at + random.nextInt(200) - 100 : at + 1);
            offsets.add(new Offset(at));
        }
        return offsets;
    }

    private static List<Offset> offsets(long... values) {
        return LongStream.of(values).mapToObj(Offset::new).toList();
    }

    private static Offset offset(Random random) {
        return new Offset(random.nextLong() >>> (4 + random.nextInt(59)));
    }

    private static String text(Random random) {
        return List.of("", "g", "group-of-some-length", "组😀").get(random.nextInt(4));
    }
}
