package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit before a server that answers in the order of arrival, in simulated time, a millisecond a step. */
class AdaptiveLimitTest {
    private static final long MILLI = 1_000_000;
    private static final int TARGET_MILLIS = 100;

    /** How many sends the server answers in a millisecond. */
    private interface Speed {
        int at(int milli);
    }

    private static final class Simulation {
        final AdaptiveLimit limit;
        final Deque<Integer> inFlight = new ArrayDeque<>();
        /** How many sends took so many milliseconds. */
        final int[] latencies = new int[30_000];

        int refused;
        int idle;

        Simulation(int least) {
            limit = new AdaptiveLimit(least, 16_384, TARGET_MILLIS * MILLI, 100 * MILLI);
        }

        /** Clients that each have one send under way, and come again a second after a refusal. */
        void run(int clients, int fromMilli, int toMilli, Speed speed, Random random) {
            PriorityQueue<Integer> ready = new PriorityQueue<>();
            for (int i = inFlight.size(); i < clients; i++) ready.add(fromMilli);
            for (int now = fromMilli; now < toMilli; now++) {
                while (!ready.isEmpty() && ready.element() <= now) {
                    ready.remove();
                    if (inFlight.size() < limit.limit()) {
                        inFlight.add(now);
                    } else {
                        refused++;
                        ready.add(now + 900 + random.nextInt(200));
                    }
                }
                int answers = speed.at(now);
                if (inFlight.size() < answers) idle += answers - inFlight.size();
                for (int i = Math.min(answers, inFlight.size()); i > 0; i--) {
                    int took = now + 1 - inFlight.remove();
                    latencies[took]++;
                    limit.answered(took * MILLI, now * MILLI);
                    ready.add(now + 1);
                }
            }
        }

        int percentile(int percent) {
            long below = 0;
            int took = 0;
            while ((below += latencies[took]) * 100 < (long) answers() * percent) took++;
            return took;
        }

        int answers() {
            return Arrays.stream(latencies).sum();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void underOverloadTheAcceptedKeepTheirTimeAndTheServerIsBusy(long seed) {
        Random random = new Random(seed);
        Simulation simulation = new Simulation(256);
        int perMilli = 10 + random.nextInt(40);
        Speed uneven = milli -> random.nextInt(2 * perMilli + 1);
        simulation.run(10_000, 0, 3_000, uneven, random);
        Arrays.fill(simulation.latencies, 0);
        simulation.idle = 0;
        simulation.run(10_000, 3_000, 11_000, uneven, random);
        assertTrue(simulation.refused > 0);
        assertTrue(
                simulation.percentile(50) <= 2 * TARGET_MILLIS,
                "p50 " + simulation.percentile(50) + " ms, seed " + seed);
        assertTrue(
                simulation.percentile(99) <= 4 * TARGET_MILLIS,
                "p99 " + simulation.percentile(99) + " ms, seed " + seed);
        assertTrue(
                simulation.idle <= 0.01 * 8_000 * perMilli,
                simulation.idle + " answers less than there could be, seed " + seed);
    }

    @Test
    void whatIsAnsweredInTimeIsNeverRefused() {
        Simulation simulation = new Simulation(256);
        simulation.run(1_900, 0, 20_000, milli -> 20, new Random(1));
        assertEquals(0, simulation.refused, "1,900 in flight at 20,000 a second are answered in 95 ms");
        assertEquals(16_384, simulation.limit.limit());
    }

    @Test
    void aPauseIsNoOverload() {
        Simulation simulation = new Simulation(256);
        Speed pausing = milli -> milli % 2_000 < 600 ? 0 : 20;
        simulation.run(200, 0, 20_000, pausing, new Random(1));
        assertEquals(0, simulation.refused);
    }

    @Test
    void oneBurstIsTakenWhole() {
        Simulation simulation = new Simulation(256);
        simulation.run(64, 0, 1_000, milli -> 20, new Random(1));
        simulation.run(12_000, 1_000, 1_001, milli -> 20, new Random(1));
        assertEquals(0, simulation.refused);
    }

    @Test
    void aDiskThatIsSlowForEveryWriteStillGetsTheLeast() {
        Simulation simulation = new Simulation(500);
        simulation.run(5_000, 0, 20_000, milli -> milli % 300 == 299 ? 100_000 : 0, new Random(1));
        assertTrue(simulation.limit.limit() >= 500);
        assertTrue(simulation.answers() >= 500 * 60, simulation.answers() + " answers in 66 writes");
    }

    @Test
    void afterAnOverloadTheLimitIsWhatItWas() {
        Simulation simulation = new Simulation(256);
        Random random = new Random(1);
        simulation.run(10_000, 0, 5_000, milli -> 20, random);
        assertTrue(simulation.limit.limit() < 5_000, "limit " + simulation.limit.limit());
        simulation.inFlight.clear();
        simulation.run(100, 5_000, 8_000, milli -> 20, random);
        assertEquals(16_384, simulation.limit.limit());
    }
}
