package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of ids, against a hash map. {@code -Dqueue.seed=N} replays one seed. */
class RecentIdsTest {
    private static final int STEPS = 20_000;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 12) : LongStream.of(seed);
    }

    /** What should be remembered: the offset of the newest by fingerprint, and all fingerprints by offset. */
    private static final class Model {
        final Deque<Long> fingerprints = new ArrayDeque<>();
        final Map<Long, Long> newest = new HashMap<>();
        long first;

        long next() {
            return first + fingerprints.size();
        }

        void forgetFirst() {
            newest.remove(fingerprints.removeFirst(), first++);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatAHashMapFinds(long seed) {
        Random random = new Random(seed);
        int idsMax = 1 + random.nextInt(1 << random.nextInt(14));
        int spread = 1 + random.nextInt(1 << random.nextInt(20));
        RecentIds ids = new RecentIds(idsMax, IdRoom.ENDLESS);
        Model model = new Model();
        model.first = random.nextInt(1_000) * 1_000_000_000L;
        for (int step = 0; step < STEPS; step++) {
            long fingerprint = random.nextInt(spread) * (random.nextBoolean() ? 1L : 0x1_0000_0000L);
            assertEquals(model.newest.getOrDefault(fingerprint, RecentIds.NONE), ids.find(fingerprint));
            if (model.fingerprints.size() == idsMax) model.forgetFirst();
            ids.add(model.next(), fingerprint, step);
            model.newest.put(fingerprint, model.next());
            model.fingerprints.addLast(fingerprint);
            if (random.nextInt(500) == 0) forgetSome(ids, model, random);
        }
        model.newest.forEach((fingerprint, offset) -> {
            assertEquals(offset, ids.find(fingerprint));
            assertEquals(fingerprint, ids.fingerprint(offset));
        });
        ids.forgetBelow(Long.MAX_VALUE);
        model.newest.keySet().forEach(fingerprint -> assertEquals(RecentIds.NONE, ids.find(fingerprint)));
        ids.add(3, 5, 0);
        assertEquals(3, ids.find(5));
    }

    private static void forgetSome(RecentIds ids, Model model, Random random) {
        long first = model.first + random.nextInt(model.fingerprints.size() + 1);
        if (random.nextBoolean()) ids.forgetBelow(first);
        else if (first > model.first) ids.forgetStoredUpTo(ids.storedEpochMillis(first - 1));
        else return;
        while (model.first < first) model.forgetFirst();
    }

    @Test
    void offsetsFollowEachOther() {
        RecentIds ids = new RecentIds(4, IdRoom.ENDLESS);
        ids.add(10, 1, 0);
        assertThrows(IllegalStateException.class, () -> ids.add(12, 1, 0));
    }

    /** Room for so many, counted. */
    private static final class Room implements IdRoom {
        private int left;

        Room(int left) {
            this.left = left;
        }

        @Override
        public boolean take(int ids) {
            if (ids > left) return false;
            left -= ids;
            return true;
        }

        @Override
        public void giveBack(int ids) {
            left += ids;
        }
    }

    @Test
    void whereTheRoomIsShortTheOldestIsForgotten() {
        Room room = new Room(64);
        RecentIds ids = new RecentIds(1_000, room);
        for (int i = 0; i < 500; i++) ids.add(i, i, 0);
        assertEquals(0, room.left);
        assertEquals(128, ids.next() - ids.first());
        assertEquals(RecentIds.NONE, ids.find(371));
        for (int i = 372; i < 500; i++) assertEquals(i, ids.find(i));
        ids.letGo();
        assertEquals(64, room.left);
        assertEquals(RecentIds.NONE, ids.find(499));
        ids.add(500, 7, 0);
        assertEquals(500, ids.find(7));
    }

    @Test
    void aFewIdsNeedNoRoom() {
        RecentIds ids = new RecentIds(1_000, new Room(0));
        for (int i = 0; i < 500; i++) ids.add(i, i, 0);
        assertEquals(IdRoom.FREE, ids.next() - ids.first());
        assertEquals(436, ids.find(436));
    }
}
