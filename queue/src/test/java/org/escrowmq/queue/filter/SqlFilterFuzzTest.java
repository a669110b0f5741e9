package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short run of {@code system-tests/bin/fuzz-filters}: whatever comes, it is a filter that answers or a refusal with a place in the
 * text. {@code -Dqueue.seed=N} replays a seed.
 */
class SqlFilterFuzzTest {
    private static final int INPUTS = 500;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 12) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersOrRefuses(long seed) {
        FilterFuzz fuzz = new FilterFuzz(seed);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (long index = 0; index < INPUTS; index++) fuzz.look(index);
        });
        assertEquals(INPUTS, fuzz.filters() + fuzz.refusals());
        assertTrue(fuzz.filters() > INPUTS / 10, fuzz.filters() + " filters");
        assertTrue(fuzz.refusals() > INPUTS / 10, fuzz.refusals() + " refusals");
    }

    @Test
    void anInputIsTheSameInEveryRun() {
        FuzzInputs one = new FuzzInputs(7);
        FuzzInputs other = new FuzzInputs(7);
        for (long index = 0; index < 50; index++) one.text(index);
        for (long index : new long[] {9_999_999_999L, 3, 49}) assertEquals(one.text(index), other.text(index));
    }
}
