package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stored form of a queue's state. That it holds everything is shown by {@link QueueSimulationTest}. */
class QueueSnapshotTest {
    private static final QueueSettings SETTINGS = QueueSettings.STANDARD;
    private static final GroupName GROUP = new GroupName("ns", "gruppe-组");

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 300) : LongStream.of(seed);
    }

    @Test
    void versionOneIsReadAndHasNoIds() throws IOException {
        QueueState read = QueueState.restore(SETTINGS, Golden.read("queue-snapshot-1.hex"), -70_000);
        ByteBuffer current = state().snapshot(5_000);
        ByteBuffer again = read.snapshot(-70_000);
        int groupsEnd = again.remaining() - 2;
        assertEquals(current.slice(0, groupsEnd), again.slice(0, groupsEnd));
        assertEquals(0, again.get(groupsEnd), "no ids");
        assertEquals(0, again.get(groupsEnd + 1), "no arrivals");
        apply(read, new QueueCommand.Append(List.of(new QueueCommand.Incoming(77, 0, 1)), 5), 0);
        assertEquals(new Offset(10), read.withFingerprint(77, 6));
    }

    @Test
    void comesBackWithEverything() {
        QueueState read = QueueState.restore(SETTINGS, state().snapshot(5_000), -70_000);
        assertEquals(state().snapshot(5_000), read.snapshot(-70_000));
        assertEquals(new Offset(9), read.withFingerprint(9, 0));
        assertNull(read.withFingerprint(0, 0), "trimmed");
        assertEquals(List.of("client@1"), read.renewingClients());
        assertEquals(
                List.of(new QueueState.Candidate(new Offset(2), 1), new QueueState.Candidate(new Offset(8), 1)),
                read.candidates(GROUP, 2, -70_000));
    }

    @Test
    void versionThreeStaysAsItWasWritten() throws IOException {
        QueueState state = ordered();
        apply(state, new QueueCommand.DeadLetter(GROUP, new Offset(10), 6), 5_000);
        MoveId id = new MoveId(new QueueId(new TopicId(300), 7), 2, 4_005);
        apply(state, new QueueCommand.TakeIn(id, new QueueCommand.Incoming(12, 0, 100), 0), 5_000);
        assertEquals(Golden.read("queue-snapshot-3.hex"), state.snapshot(5_000));
        QueueState read = QueueState.restore(SETTINGS, Golden.read("queue-snapshot-3.hex"), 5_000);
        assertEquals(state.snapshot(5_000), read.snapshot(5_000));
        assertEquals(List.of(new Move(GROUP, 2, new Offset(10), 7, Move.Destination.DEAD_LETTERS)), read.moves());
        assertEquals(List.of(id), read.openArrivals());
    }

    @Test
    void versionTwoStaysAsItWasWritten() throws IOException {
        QueueState read = QueueState.restore(SETTINGS, Golden.read("queue-snapshot-2.hex"), 5_000);
        assertEquals(ordered().snapshot(5_000), read.snapshot(5_000));
        assertTrue(read.candidates(GROUP, 9, 5_000).isEmpty(), "10 is leased, 11 waits behind it");
        assertEquals(
                List.of(new QueueState.Candidate(new Offset(10), 1)),
                read.inOrder(GROUP, 9, 77, 5_000).again());
    }

    @Test
    void isCutNowhereUnnoticed() {
        ByteBuffer whole = ordered().snapshot(5_000);
        for (int cut = 0; cut < whole.remaining(); cut++) {
            ByteBuffer torn = whole.duplicate().limit(cut);
            assertThrows(IllegalArgumentException.class, () -> QueueState.restore(SETTINGS, torn, 0), "cut at " + cut);
        }
        ByteBuffer longer = ByteBuffer.allocate(whole.remaining() + 1)
                .put(whole.duplicate())
                .rewind();
        assertThrows(IllegalArgumentException.class, () -> QueueState.restore(SETTINGS, longer, 0));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageIsAnIllegalArgumentOrAnotherState(long seed) {
        Random random = new Random(seed);
        ByteBuffer whole = ordered().snapshot(5_000);
        byte[] damaged = new byte[whole.remaining()];
        whole.get(damaged);
        for (int i = random.nextInt(3); i >= 0; i--) damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        try {
            QueueState other = QueueState.restore(SETTINGS, ByteBuffer.wrap(damaged), 0);
            assertTrue(other.first().compareTo(other.next()) <= 0);
        } catch (IllegalArgumentException refused) {
            assertTrue(Objects.requireNonNull(refused.getMessage()).length() > 10, "says nothing");
        }
    }

    @Test
    void aLeaseWithoutEndKeepsIt() {
        QueueState state = new QueueState(SETTINGS);
        apply(state, new QueueCommand.Append(List.of(new QueueCommand.Incoming(1, 0, 1)), 0), -9);
        apply(state, new QueueCommand.StartGroup(GROUP, true), -9);
        apply(state, deliver(List.of(new Offset(0)), Long.MAX_VALUE, false), -9);
        apply(state, new QueueCommand.ChangeInvisible(GROUP, new Offset(0), 1, Long.MAX_VALUE, true), 9);
        QueueState read = QueueState.restore(SETTINGS, state.snapshot(-9), 77);
        assertEquals(Long.MAX_VALUE, read.nextVisibleMillisAfter(Long.MAX_VALUE - 1));
        assertTrue(read.candidates(GROUP, 1, Long.MAX_VALUE - 1).isEmpty());
    }

    /** Offset 0 trimmed, 1 leased and renewed, 2 passed over, 3 done, 4 handed back uncounted, 5 to 7 skipped, 8 and 9 new. */
    private static QueueState state() {
        QueueState state = new QueueState(SETTINGS);
        List<QueueCommand.Incoming> ten = LongStream.range(0, 10)
                .mapToObj(i -> new QueueCommand.Incoming(i, 0, 100))
                .toList();
        apply(state, new QueueCommand.Append(ten, 0), 0);
        apply(state, new QueueCommand.StartGroup(GroupName.of("gone"), true), 0);
        apply(state, new QueueCommand.StartGroup(GROUP, true), 0);
        apply(state, new QueueCommand.DeleteGroup(GroupName.of("gone")), 0);
        apply(state, deliver(List.of(new Offset(0), new Offset(1)), 0, true), 1_000);
        apply(state, deliver(List.of(new Offset(3), new Offset(4)), 60_000, false), 2_000);
        apply(state, new QueueCommand.Acknowledge(GROUP, new Offset(3), 3), 3_000);
        apply(state, new QueueCommand.ChangeInvisible(GROUP, new Offset(4), 4, 10_000, false), 3_000);
        List<Offset> skipped = List.of(new Offset(5), new Offset(6), new Offset(7));
        apply(state, new QueueCommand.Deliver(GROUP, List.of(), skipped, 0, false, ""), 4_000);
        apply(state, new QueueCommand.Trim(new Offset(1)), 4_000);
        return state;
    }

    /** All of {@link #state} done, 10 leased to the receive 77, 11 behind it in the same message group. */
    private static QueueState ordered() {
        QueueState state = state();
        apply(state, new QueueCommand.Trim(new Offset(10)), 4_000);
        List<QueueCommand.Incoming> two = List.of(
                new QueueCommand.Incoming(10, 0x0102030405060708L, 100),
                new QueueCommand.Incoming(11, 0x0102030405060708L, 100));
        apply(state, new QueueCommand.Append(two, 0), 4_000);
        List<QueueCommand.Looked> looked = LongStream.of(10, 11)
                .mapToObj(offset -> new QueueCommand.Looked(new Offset(offset), 0x0102030405060708L, 100, true))
                .toList();
        apply(
                state,
                new QueueCommand.DeliverInOrder(
                        GROUP, List.of(), looked.subList(0, 1), 1, 1_000, 60_000, false, "", 77),
                4_000);
        apply(
                state,
                new QueueCommand.DeliverInOrder(
                        GROUP, List.of(), looked.subList(1, 2), 1, 1_000, 60_000, false, "", 78),
                4_000);
        return state;
    }

    private static QueueCommand deliver(List<Offset> take, long leaseMillis, boolean autoRenew) {
        return new QueueCommand.Deliver(GROUP, take, List.of(), leaseMillis, autoRenew, "client@1");
    }

    private static void apply(QueueState state, QueueCommand command, long nowMillis) {
        for (QueueEvent event : state.decide(command, nowMillis).events()) state.apply(event, nowMillis);
    }
}
