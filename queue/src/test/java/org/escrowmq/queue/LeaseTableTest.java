package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of leases at once, against a sorted map. {@code -Dqueue.seed=N} replays one seed. */
class LeaseTableTest {
    private static final int STEPS = 20_000;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 12) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatASortedMapFinds(long seed) {
        Random random = new Random(seed);
        LeaseTable table = new LeaseTable();
        TreeMap<Long, Lease> model = new TreeMap<>();
        long spread = 1L << (8 + random.nextInt(40));
        for (int step = 0; step < STEPS; step++) {
            // grows in the first half, drains in the second
            boolean growing = random.nextInt(10) < (step < STEPS / 2 ? 7 : 3);
            long offset = random.nextLong() >>> 1 & spread - 1;
            Lease lease = growing ? table.find(offset) : any(model, offset);
            assertSame(model.get(lease == null ? offset : lease.offset), lease);
            if (lease == null && growing) model.put(offset, table.add(new Lease(offset, random.nextInt(1_000))));
            else if (lease != null && growing) table.reschedule(lease, random.nextInt(1_000));
            else if (lease != null) table.remove(model.remove(lease.offset));
            if (step % 500 == 0) compare(table, model, random);
        }
        while (!model.isEmpty()) table.remove(model.pollFirstEntry().getValue());
        compare(table, model, random);
        assertNull(table.lowest());
        assertEquals(Long.MAX_VALUE, table.earliestMillis());
    }

    private static Lease any(TreeMap<Long, Lease> model, long offset) {
        var entry = model.ceilingEntry(offset);
        return entry == null ? null : entry.getValue();
    }

    private static void compare(LeaseTable table, TreeMap<Long, Lease> model, Random random) {
        assertEquals(model.size(), table.size());
        if (!model.isEmpty()) assertSame(model.firstEntry().getValue(), table.lowest());
        long now = random.nextInt(1_000);
        int max = random.nextInt(60);
        List<Lease> visible = new ArrayList<>();
        table.firstVisible(max, now, visible::add);
        Comparator<Lease> byTime = Comparator.comparingLong((Lease lease) -> lease.visibleAtMillis)
                .thenComparingLong(lease -> lease.offset);
        assertEquals(
                model.values().stream()
                        .filter(lease -> lease.visibleAtMillis <= now)
                        .sorted(byTime)
                        .limit(max)
                        .toList(),
                visible);
        assertEquals(
                model.values().stream()
                        .mapToLong(lease -> lease.visibleAtMillis)
                        .filter(time -> time > now)
                        .min()
                        .orElse(Long.MAX_VALUE),
                table.earliestMillisAfter(now));
        assertEquals(model.values().stream().anyMatch(lease -> lease.visibleAtMillis <= now), table.anyVisible(now));
        List<Lease> all = new ArrayList<>();
        table.forEach(all::add);
        all.sort(Comparator.comparingLong(lease -> lease.offset));
        assertEquals(List.copyOf(model.values()), all);
    }
}
