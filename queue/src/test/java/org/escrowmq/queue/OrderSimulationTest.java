package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An ordered group under consumers that forget, fail, repeat their receives and die, with restarts, moves and purges: within each message group nothing
 * overtakes, nothing is left out, nothing comes after its acknowledgement. Then everybody behaves, and everything must be consumed.
 */
class OrderSimulationTest {
    private static final GroupName GROUP = GroupName.of("g");
    private static final int MESSAGE_GROUPS = 7;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 400) : LongStream.of(seed);
    }

    /** What a consumer holds; {@code attempt} is the receive that got it. */
    private record Held(long offset, long number, long attempt) {}

    private final List<Long> groupOf = new ArrayList<>();
    private final TreeMap<Long, Integer> attempts = new TreeMap<>();
    private final Map<Long, Boolean> done = new HashMap<>();
    private final Map<Long, Long> heldUntil = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    /** Handles from before a move or a trim. */
    private final List<Held> stale = new ArrayList<>();

    private QueueSettings settings = QueueSettings.STANDARD;
    private QueueState state = new QueueState(settings);
    private @Nullable ByteBuffer snapshot;
    private final List<QueueEvent> sinceSnapshot = new ArrayList<>();
    private long now;
    private long attemptsMade;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingOvertakes(long seed) {
        Random random = new Random(seed);
        settings = new QueueSettings(random.nextBoolean() ? 20 : 1_000, 100_000, 1_000, 10_000, 64);
        state = new QueueState(settings);
        decide(new QueueCommand.StartGroup(GROUP, true));
        for (int step = 0; step < 400; step++) faulty(random);
        long end = state.next().value();
        for (int step = 0; step < 3 * end + 10 && done.size() < end; step++) {
            now += 100_001;
            receive(random, 5, 10_000, 0);
            for (Held lease : List.copyOf(held)) acknowledge(lease);
        }
        assertEquals(end, done.size(), "messages that were consumed in the end");
        assertEquals(0, state.groups(now).get(0).lag());
    }

    private void faulty(Random random) {
        switch (random.nextInt(11)) {
            case 0, 1 -> send(random);
            case 2, 3, 4 -> receive(random, 1 + random.nextInt(6), 1_000 + random.nextInt(9_000), ++attemptsMade);
            case 5 -> receive(random, 1 + random.nextInt(6), 5_000, 1 + random.nextInt((int) attemptsMade + 1));
            case 6, 7 -> {
                if (!held.isEmpty()) acknowledge(held.get(random.nextInt(held.size())));
            }
            case 8 -> {
                if (random.nextInt(4) == 0) restart();
                else if (random.nextInt(3) == 0) takeSnapshot();
                else if (!held.isEmpty()) handBack(held.get(random.nextInt(held.size())), random.nextInt(3_000));
            }
            case 9 -> {
                if (random.nextInt(4) == 0)
                    reset(random.nextInt((int) state.next().value() + 1));
                else if (random.nextInt(8) == 0)
                    trim(random.nextInt((int) state.next().value() + 1));
                else if (!stale.isEmpty()) acknowledgeStale(stale.get(random.nextInt(stale.size())));
            }
            default -> now += random.nextInt(4_000);
        }
    }

    private void send(Random random) {
        List<QueueCommand.Incoming> messages = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            long group = random.nextInt(MESSAGE_GROUPS); // 0 stands for none
            groupOf.add(group);
            messages.add(new QueueCommand.Incoming(groupOf.size(), group, 100));
        }
        decide(new QueueCommand.Append(messages, now));
    }

    private void receive(Random random, int max, long lease, long attempt) {
        QueueState.InOrder offer = state.inOrder(GROUP, max, attempt, now);
        List<QueueCommand.Looked> again = offer.again().stream()
                .map(candidate -> looked(candidate.offset().value()))
                .toList();
        long end = Math.min(state.next().value(), offer.fresh().value() + random.nextInt(30));
        List<QueueCommand.Looked> fresh = LongStream.range(offer.fresh().value(), end)
                .mapToObj(this::looked)
                .toList();
        QueueReply reply =
                decide(new QueueCommand.DeliverInOrder(GROUP, again, fresh, max, 450, lease, false, "c", attempt));
        List<QueueReply.Leased> leases = ((QueueReply.Delivered) reply).leases();
        List<Long> offsets = leases.stream().map(one -> one.offset().value()).toList();
        for (int i = 0; i < leases.size(); i++) delivered(leases.get(i), offsets.subList(0, i), lease, attempt);
    }

    private void delivered(QueueReply.Leased lease, List<Long> earlierInBatch, long duration, long attempt) {
        long offset = lease.offset().value();
        assertTrue(!done.containsKey(offset), offset + " comes again after its acknowledgement");
        boolean repeated =
                held.stream().anyMatch(one -> one.offset() == offset && one.attempt() == attempt && attempt != 0)
                        && heldUntil.getOrDefault(offset, Long.MIN_VALUE) > now;
        if (!repeated) {
            assertTrue(heldUntil.getOrDefault(offset, Long.MIN_VALUE) <= now, offset + " is held by somebody else");
            for (long before : before(offset)) {
                assertTrue(
                        done.containsKey(before) || earlierInBatch.contains(before), offset + " overtakes " + before);
            }
        }
        int expected = attempts.getOrDefault(offset, 0) + (repeated ? 0 : 1);
        assertEquals(expected, lease.attempt(), "attempt of " + offset);
        attempts.put(offset, expected);
        held.removeIf(one -> one.offset() == offset);
        held.add(new Held(offset, lease.deliveryNumber(), attempt));
        heldUntil.put(offset, now + duration);
    }

    private List<Long> before(long offset) {
        long group = groupOf.get((int) offset);
        if (group == 0) return List.of();
        return LongStream.range(0, offset)
                .filter(other -> groupOf.get((int) other) == group)
                .boxed()
                .toList();
    }

    private void acknowledge(Held lease) {
        QueueReply reply = decide(new QueueCommand.Acknowledge(GROUP, new Offset(lease.offset()), lease.number()));
        boolean good = done.containsKey(lease.offset()) || heldUntil.getOrDefault(lease.offset(), 0L) > now;
        assertEquals(good, reply instanceof QueueReply.Ok, "acknowledgement of " + lease);
        if (!good) return;
        done.put(lease.offset(), true);
        held.remove(lease);
    }

    private void handBack(Held lease, long after) {
        QueueReply reply = decide(
                new QueueCommand.ChangeInvisible(GROUP, new Offset(lease.offset()), lease.number(), after, true));
        if (!(reply instanceof QueueReply.InvisibleChanged changed)) return;
        held.remove(lease);
        held.add(new Held(lease.offset(), changed.deliveryNumber(), 0));
        heldUntil.put(lease.offset(), now + after);
    }

    /** Everything before counts as done, everything from there on is new, and nobody holds anything. */
    private void reset(long to) {
        long at = Math.max(to, state.first().value());
        assertInstanceOf(QueueReply.Ok.class, decide(new QueueCommand.ResetGroup(GROUP, new Offset(to))));
        done.clear();
        for (long offset = 0; offset < at; offset++) done.put(offset, true);
        attempts.clear();
        stale.addAll(held);
        held.clear();
        heldUntil.clear();
    }

    private void trim(long to) {
        assertInstanceOf(QueueReply.Ok.class, decide(new QueueCommand.Trim(new Offset(to))));
        for (long offset = 0; offset < to; offset++) done.put(offset, true);
        held.stream().filter(lease -> lease.offset() < to).forEach(stale::add);
        held.removeIf(lease -> lease.offset() < to);
    }

    /** A handle of before a move is good for nothing, unless its message is done with anyway. */
    private void acknowledgeStale(Held lease) {
        long lag = state.groups(now).get(0).lag();
        QueueReply reply = decide(new QueueCommand.Acknowledge(GROUP, new Offset(lease.offset()), lease.number()));
        assertEquals(done.containsKey(lease.offset()), reply instanceof QueueReply.Ok, "stale " + lease);
        assertEquals(lag, state.groups(now).get(0).lag(), "a stale acknowledgement changes nothing");
    }

    private void takeSnapshot() {
        snapshot = state.snapshot(now);
        sinceSnapshot.clear();
    }

    /** Leases get the full time again that their events gave them, so everybody waits until all are over. */
    private void restart() {
        state = snapshot == null ? new QueueState(settings) : QueueState.restore(settings, snapshot, now);
        for (QueueEvent event : sinceSnapshot) state.apply(event, now);
        takeSnapshot();
        now += 20_000;
        held.clear();
        heldUntil.clear();
    }

    private QueueReply decide(QueueCommand command) {
        Decision decision = state.decide(command, now);
        for (QueueEvent event : QueueEventCodec.decode(QueueEventCodec.encode(decision.events()))) {
            state.apply(event, now);
            sinceSnapshot.add(event);
        }
        return decision.reply();
    }

    private QueueCommand.Looked looked(long offset) {
        return new QueueCommand.Looked(new Offset(offset), groupOf.get((int) offset), 100, true);
    }
}
