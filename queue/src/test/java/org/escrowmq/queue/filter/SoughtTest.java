package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looking for a text finds what String.contains finds. Two letters only, so that texts overlap with themselves. */
class SoughtTest {
    static IntStream lengths() {
        return IntStream.rangeClosed(1, 12);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void findsWhatIsThere(int length) {
        Random random = new Random(length);
        for (int round = 0; round < 2_000; round++) {
            String sought = letters(random, length);
            String other = letters(random, random.nextInt(60));
            assertEquals(other.contains(sought), new Sought(sought).isIn(other), sought + " in " + other);
        }
        assertFalse(new Sought("a".repeat(length) + "b").isIn("a".repeat(16_000)));
    }

    private static String letters(Random random, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) letters.append(random.nextInt(3) > 0 ? 'a' : 'b');
        return letters.toString();
    }
}
