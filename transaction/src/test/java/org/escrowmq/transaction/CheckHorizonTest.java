package org.escrowmq.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckHorizonTest {
    private static CheckHorizon.Due due(long at, long number) {
        return new CheckHorizon.Due(at, number);
    }

    @Test
    void nothingIsKnownBeforeTheTablesWereAsked() {
        CheckHorizon horizon = new CheckHorizon(4);
        assertTrue(horizon.endsBefore(0));
        horizon.load(List.of());
        assertEquals(Long.MAX_VALUE, horizon.nextEpochMillis());
        horizon.plan(1, 50);
        assertEquals(50, horizon.nextEpochMillis());
        assertEquals(List.of(), horizon.due(49, 10));
        assertEquals(List.of(due(50, 1)), horizon.due(50, 10));
        horizon.plan(1, 80);
        assertEquals(List.of(), horizon.due(79, 10));
        horizon.forget(1);
        assertEquals(Long.MAX_VALUE, horizon.nextEpochMillis());
    }

    @Test
    void manyAtOneTimeAreWorkedOffPageByPage() {
        CheckHorizon horizon = new CheckHorizon(4);
        horizon.load(LongStream.range(0, 4).mapToObj(n -> due(10, n)).toList());
        assertEquals(4, horizon.due(10, 10).size());
        for (long n = 0; n < 4; n++) horizon.plan(n, 100);
        assertTrue(horizon.endsBefore(10), "the others of that time are in the tables");
    }

    /** Against a table of all: what is due is found, oldest first, and memory stays bounded. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itFindsWhatAListOfAllWouldFind(long seed) {
        Random random = new Random(seed);
        Map<Long, Long> all = new TreeMap<>();
        CheckHorizon horizon = new CheckHorizon(8);
        long now = 0;
        for (int step = 0; step < 5_000; step++) {
            long number = random.nextInt(60);
            if (random.nextInt(3) == 0) {
                all.remove(number);
                horizon.forget(number);
            } else {
                long at = now + random.nextInt(50);
                all.put(number, at);
                horizon.plan(number, at);
            }
            if (random.nextInt(4) == 0) now += random.nextInt(10);
            long time = now;
            List<CheckHorizon.Due> really = all.entrySet().stream()
                    .map(entry -> due(entry.getValue(), entry.getKey()))
                    .sorted()
                    .toList();
            if (horizon.endsBefore(time)) {
                horizon.load(really.stream().limit(horizon.page()).toList());
            }
            List<CheckHorizon.Due> found = horizon.due(time, 5);
            List<CheckHorizon.Due> expected = really.stream()
                    .filter(d -> d.epochMillis() <= time)
                    .limit(5)
                    .toList();
            assertEquals(expected, found, "seed " + seed + ", step " + step);
            assertTrue(horizon.due(Long.MAX_VALUE, 1000).size() <= 16);
        }
    }
}
