package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages on their way from one queue to another, both of which stop at any step and go on from what was durable: what was on its
 * way between them is lost, or comes twice. Each message must be in the other queue once, or consumed here, never both, never neither.
 */
class MoveSimulationTest {
    private static final GroupName GROUP = GroupName.of("g");
    private static final QueueId ORIGIN = new QueueId(new TopicId(1), 0);
    private static final int MESSAGES = 30;
    private static final int ATTEMPTS_MAX = 2;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 400) : LongStream.of(seed);
    }

    /** A queue with what is durable of it. */
    private static final class Durable {
        QueueState state = new QueueState(QueueSettings.STANDARD);
        private ByteBuffer snapshot = state.snapshot(0);
        private final List<QueueEvent> since = new ArrayList<>();
        private final List<QueueEvent> all = new ArrayList<>();

        QueueReply decide(QueueCommand command, long now) {
            Decision decision = state.decide(command, now);
            for (QueueEvent event : QueueEventCodec.decode(QueueEventCodec.encode(decision.events()))) {
                state.apply(event, now);
                since.add(event);
                all.add(event);
            }
            return decision.reply();
        }

        void snapshot(long now) {
            snapshot = state.snapshot(now);
            since.clear();
        }

        void restart(long now) {
            state = QueueState.restore(QueueSettings.STANDARD, snapshot, now);
            for (QueueEvent event : since) state.apply(event, now);
        }
    }

    private final Durable origin = new Durable();
    private final Durable target = new Durable();
    private final Queue<Move> toCarry = new ArrayDeque<>();
    private final Queue<Move> carried = new ArrayDeque<>();
    private final Queue<MoveId> finished = new ArrayDeque<>();
    private final Map<Long, Long> held = new HashMap<>();
    private final Set<Long> consumed = new HashSet<>();
    private long now;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyMessageIsInOnePlace(long seed) {
        Random random = new Random(seed);
        List<QueueCommand.Incoming> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) messages.add(new QueueCommand.Incoming(1_000 + i, 0, 10));
        origin.decide(new QueueCommand.Append(messages, 0), now);
        origin.decide(new QueueCommand.StartGroup(GROUP, true), now);
        for (int step = 0; step < 500; step++) step(random);
        while (origin.state.groups(now).get(0).lag() > 0) {
            now += 20_000;
            consume(random, 0);
            bury();
            while (!toCarry.isEmpty() || !carried.isEmpty()) {
                carry(false);
                finish();
            }
            resume();
        }
        resolveArrivals();
        check();
    }

    private void step(Random random) {
        switch (random.nextInt(12)) {
            case 0, 1 -> consume(random, 3);
            case 2 -> bury();
            case 3 -> giveUp(random);
            case 4, 5 -> carry(random.nextInt(3) == 0);
            case 6, 7 -> finish();
            case 8 -> forget();
            case 9 -> now += random.nextInt(8_000);
            case 10 -> restartOrigin(random);
            default -> restartTarget(random);
        }
    }

    /** Takes some and acknowledges one in {@code failures} of them; all when that is 0. */
    private void consume(Random random, int failures) {
        List<Offset> take = origin.state.candidates(GROUP, 5, now).stream()
                .filter(candidate -> candidate.attempt() <= ATTEMPTS_MAX)
                .map(QueueState.Candidate::offset)
                .toList();
        QueueReply reply = origin.decide(new QueueCommand.Deliver(GROUP, take, List.of(), 5_000, false, "c"), now);
        for (QueueReply.Leased lease : ((QueueReply.Delivered) reply).leases()) {
            long offset = lease.offset().value();
            assertTrue(!consumed.contains(offset), () -> offset + " is delivered after its acknowledgement");
            held.put(offset, lease.deliveryNumber());
            if (failures == 0 || random.nextInt(failures) == 0) acknowledge(lease);
        }
    }

    private void acknowledge(QueueReply.Leased lease) {
        QueueReply reply =
                origin.decide(new QueueCommand.Acknowledge(GROUP, lease.offset(), lease.deliveryNumber()), now);
        assertEquals(new QueueReply.Ok(), reply);
        consumed.add(lease.offset().value());
    }

    private void bury() {
        begin(origin.decide(new QueueCommand.Bury(GROUP, ATTEMPTS_MAX, 3), now));
    }

    private void giveUp(Random random) {
        if (held.isEmpty()) return;
        long offset = List.copyOf(held.keySet()).get(random.nextInt(held.size()));
        begin(origin.decide(
                new QueueCommand.DeadLetter(GROUP, new Offset(offset), held.getOrDefault(offset, 0L)), now));
    }

    private void begin(QueueReply reply) {
        toCarry.addAll(((QueueReply.Moving) reply).moves());
    }

    /** {@code repeated}: the answer was lost, and the message is sent again. */
    private void carry(boolean repeated) {
        Move move = toCarry.poll();
        if (move == null) return;
        for (int i = repeated ? 2 : 1; i > 0; i--) {
            QueueCommand.Incoming message =
                    new QueueCommand.Incoming(1_000 + move.offset().value(), 0, 10);
            target.decide(new QueueCommand.TakeIn(idOf(move), message, now), now);
        }
        carried.add(move);
    }

    private static MoveId idOf(Move move) {
        return new MoveId(ORIGIN, move.groupNumber(), move.number());
    }

    private void finish() {
        Move move = carried.poll();
        if (move == null) return;
        origin.decide(new QueueCommand.FinishMove(move), now);
        finished.add(idOf(move));
    }

    private void forget() {
        MoveId id = finished.poll();
        if (id != null) target.decide(new QueueCommand.ForgetArrival(id), now);
    }

    private void restartOrigin(Random random) {
        if (random.nextBoolean()) origin.snapshot(now);
        now = random.nextInt(1_000_000);
        origin.restart(now);
        target.restart(now);
        held.clear();
        carried.clear();
        finished.clear();
        resume();
    }

    private void resume() {
        toCarry.clear();
        toCarry.addAll(origin.state.moves());
    }

    private void restartTarget(Random random) {
        if (random.nextBoolean()) target.snapshot(now);
        target.restart(now);
    }

    /** What the target does about arrivals that nobody has confirmed: it asks the origin. */
    private void resolveArrivals() {
        for (MoveId id : target.state.openArrivals()) {
            boolean open =
                    origin.state.moves().stream().anyMatch(move -> idOf(move).equals(id));
            if (!open) target.decide(new QueueCommand.ForgetArrival(id), now);
        }
        assertEquals(List.of(), target.state.openArrivals());
    }

    private void check() {
        List<Long> arrived = new ArrayList<>();
        for (QueueEvent event : target.all) {
            if (event instanceof QueueEvent.Appended appended) {
                appended.messages().forEach(message -> arrived.add(message.fingerprint() - 1_000));
            }
        }
        assertEquals(new TreeSet<>(arrived).size(), arrived.size(), () -> "arrived twice: " + arrived);
        Set<Long> everywhere = new TreeSet<>(arrived);
        for (long offset : consumed) assertTrue(everywhere.add(offset), () -> offset + " is consumed and was moved");
        assertEquals(MESSAGES, everywhere.size());
    }
}
