package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes, it is a filter that answers or a refusal with a place in the text. {@code -Dqueue.seed=N} replays a seed. */
class SqlFilterFuzzTest {
    private static final int ROUNDS = 500;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null ? LongStream.range(0, 12) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersOrRefuses(long seed) {
        Random random = new Random(seed);
        Expressions expressions = new Expressions(random);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                answerOrRefuse(input(random, expressions), expressions.message());
            }
        });
    }

    private static String input(Random random, Expressions expressions) {
        return switch (random.nextInt(5)) {
            case 0 -> new Damage(random).soup(random.nextInt(60));
            case 1 -> new Damage(random).soup(random.nextInt(2_000));
            case 2 -> characters(random);
            case 3 -> expressions.condition(12);
            default -> new Damage(random).of(expressions.condition(5));
        };
    }

    private static String characters(Random random) {
        StringBuilder text = new StringBuilder();
        int most = random.nextBoolean() ? 128 : 0x1_0000;
        for (int i = random.nextInt(300); i > 0; i--) text.append((char) random.nextInt(most));
        return text.toString();
    }

    private static void answerOrRefuse(String input, Map<String, String> message) {
        try {
            SqlFilter filter = SqlFilter.parse(input);
            filter.matches(message::get);
            filter.matches(name -> null);
            filter.matches(name -> "9".repeat(16_384));
        } catch (FilterSyntaxException e) {
            assertTrue(e.position() >= 1 && e.position() <= input.length() + 1, () -> e.getMessage() + " of " + input);
        }
    }
}
