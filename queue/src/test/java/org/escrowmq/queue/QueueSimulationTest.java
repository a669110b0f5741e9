package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random commands on a simulated clock, with restarts, against {@link NaiveQueue}; then good consumers drain what is left.
 * {@code -Dqueue.seed=N} replays one seed.
 */
class QueueSimulationTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 300;
    private static final int DRAIN_STEPS_MAX = 10_000;
    private static final List<GroupName> GROUPS =
            List.of(GroupName.of("a"), GroupName.of("b"), new GroupName("ns", "a"));
    private static final List<String> CLIENTS = List.of("one", "two", "three");

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, SEEDS) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTheNaiveQueueAndDrains(long seed) {
        assertDoesNotThrow(() -> new Run(seed).play(), () -> "replay with -Dqueue.seed=" + seed);
    }

    private static final class Run {
        private final Random random;
        private final SimulatedQueue queue;
        private long now;

        Run(long seed) {
            random = new Random(seed);
            now = random.nextInt(3) - 1 + random.nextInt(1_000_000) * (random.nextBoolean() ? 1L : -1L);
            int inFlightMax = List.of(1, 4, 20, 65_536).get(random.nextInt(4));
            int idsMax = List.of(1, 7, 33, 16_384).get(random.nextInt(4));
            queue = new SimulatedQueue(new QueueSettings(
                    inFlightMax, 30_000, 1_000, List.of(0, 9_000, 60_000).get(random.nextInt(3)), idsMax));
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                queue.check(1 + random.nextInt(12), now);
            }
            drain();
        }

        private void step() {
            switch (random.nextInt(25)) {
                case 0, 1, 2 -> queue.append(messages(random.nextInt(6)), now);
                case 3 -> queue.start(group(), random.nextBoolean(), now);
                case 4, 5, 6, 7, 8, 9 -> deliverCandidates();
                case 10 -> deliverAnything();
                case 11, 12, 13, 14 -> queue.acknowledge(handle(), now);
                case 15, 16 -> change();
                case 17 -> queue.release(CLIENTS.get(random.nextInt(CLIENTS.size())), now);
                case 18 -> rarely(() -> queue.trim(random.nextInt((int) queue.model.next + 3), now));
                case 19 -> rarely(() -> queue.delete(group(), now));
                case 20 -> rarely(() -> queue.snapshot(now));
                case 21 -> rarely(this::restart);
                case 22 -> rarely(() -> queue.reset(group(), random.nextInt((int) queue.model.next + 2), now));
                default -> now += random.nextInt(List.of(2, 500, 4_000, 20_000).get(random.nextInt(4)));
            }
        }

        private void rarely(Runnable action) {
            if (random.nextInt(3) == 0) action.run();
        }

        private void restart() {
            now = random.nextInt(1_000_000);
            queue.restart(now);
        }

        private void deliverCandidates() {
            GroupName group = group();
            List<Offset> take = new ArrayList<>();
            List<Offset> skip = new ArrayList<>();
            boolean filter = random.nextInt(3) == 0;
            boolean leaveOut = random.nextInt(4) == 0;
            for (QueueState.Candidate candidate : queue.candidates(group, 1 + random.nextInt(8), now)) {
                if (leaveOut && random.nextInt(3) == 0) continue;
                (filter && random.nextInt(3) == 0 ? skip : take).add(candidate.offset());
            }
            deliver(group, take, skip);
        }

        /** What a poll asks that was offered something long ago, or is wrong. */
        private void deliverAnything() {
            deliver(group(), anyOffsets(), random.nextBoolean() ? List.of() : anyOffsets());
        }

        private void deliver(GroupName group, List<Offset> take, List<Offset> skip) {
            boolean autoRenew = random.nextInt(3) == 0;
            String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
            queue.deliver(new QueueCommand.Deliver(group, take, skip, random.nextInt(10_000), autoRenew, client), now);
        }

        private void change() {
            SimulatedQueue.Handle handle = handle();
            long millis = random.nextInt(4) == 0 ? 0 : random.nextInt(10_000);
            boolean counts = random.nextInt(3) != 0;
            queue.change(
                    new QueueCommand.ChangeInvisible(handle.group(), handle.offset(), handle.number(), millis, counts),
                    now);
        }

        /** Mostly a recent one, so that many are good. */
        private SimulatedQueue.Handle handle() {
            int known = queue.handles.size();
            if (known == 0 || random.nextInt(20) == 0) {
                return new SimulatedQueue.Handle(group(), anyOffset(), random.nextInt(50));
            }
            int back = random.nextInt(4) == 0 ? random.nextInt(known) : random.nextInt(Math.min(known, 8));
            return queue.handles.get(known - 1 - back);
        }

        private void drain() {
            for (int step = 0; queue.model.views(now).stream().anyMatch(view -> view.lag() > 0); step++) {
                assertTrue(step < DRAIN_STEPS_MAX, "consumers make no progress: " + queue.model.views(now));
                for (GroupName group : GROUPS) {
                    int from = queue.handles.size();
                    List<Offset> take = queue.candidates(group, 32, now).stream()
                            .map(QueueState.Candidate::offset)
                            .toList();
                    if (!take.isEmpty()) deliver(group, take, List.of());
                    List<SimulatedQueue.Handle> received =
                            List.copyOf(queue.handles.subList(from, queue.handles.size()));
                    for (SimulatedQueue.Handle handle : received) queue.acknowledge(handle, now);
                }
                queue.check(5, now);
                now += 1_000;
            }
            queue.checkDrained(now);
        }

        private List<Offset> anyOffsets() {
            return IntStream.range(0, random.nextInt(5))
                    .mapToObj(i -> anyOffset())
                    .toList();
        }

        private Offset anyOffset() {
            return new Offset(random.nextInt((int) queue.model.next + 2));
        }

        private GroupName group() {
            return GROUPS.get(random.nextInt(GROUPS.size()));
        }

        private List<QueueCommand.Incoming> messages(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> new QueueCommand.Incoming(
                            random.nextInt(SimulatedQueue.FEW_FINGERPRINTS),
                            random.nextBoolean() ? 0 : random.nextLong(),
                            random.nextInt(5_000_000)))
                    .toList();
        }
    }
}
