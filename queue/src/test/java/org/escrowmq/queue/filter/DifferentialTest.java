package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our filters say what RocketMQ's say. {@code -Descrow.queue.differential=N} looks at N filters, {@code -Dqueue.seed=N}
 * replays one seed.
 *
 * <p>Three differences are meant. RocketMQ ignores what follows a filter ({@code a = 1 b}); ours refuses it. RocketMQ refuses
 * decimal zeros ({@code a > 0.0}), which it takes for too small; ours takes them. And where a comparison makes no sense,
 * RocketMQ throws: whether the message is then delivered depends on which side of an OR stands first. With us the comparison is
 * unknown, so a message that RocketMQ throws at may be delivered here because of another part of the filter.
 */
class DifferentialTest {
    private static final int FILTERS = Integer.getInteger("escrow.queue.differential", 4_000);
    private static final int FILTERS_A_SEED = 500;
    private static final int MESSAGES = 8;

    static LongStream seeds() {
        Long seed = Long.getLong("queue.seed");
        return seed == null
                ? LongStream.range(0, (FILTERS + FILTERS_A_SEED - 1) / FILTERS_A_SEED)
                : LongStream.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysWhatRocketMqSays(long seed) {
        Random random = new Random(seed);
        Expressions expressions = new Expressions(random);
        int understood = 0;
        for (int i = 0; i < FILTERS_A_SEED; i++) {
            boolean simple = random.nextInt(4) == 0;
            String text = simple ? expressions.comparison(0) : expressions.condition(1 + random.nextInt(3));
            // NOT BETWEEN is an OR of two comparisons.
            boolean single = simple && !text.toUpperCase(Locale.ROOT).contains("BETWEEN");
            if (agree(text, single, expressions)) understood++;
        }
        assertTrue(understood > FILTERS_A_SEED / 2, understood + " filters of " + FILTERS_A_SEED + " mean something");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysWhatRocketMqSaysOfDamagedFilters(long seed) {
        Random random = new Random(~seed);
        Expressions expressions = new Expressions(random);
        Damage damage = new Damage(random);
        for (int i = 0; i < FILTERS_A_SEED; i++) {
            agree(damage.of(expressions.condition(random.nextInt(3))), false, expressions);
        }
    }

    /** Whether both understand it. Then they agree on messages; otherwise both refuse. */
    private static boolean agree(String text, boolean single, Expressions expressions) {
        Reference theirs = Reference.parse(text);
        SqlFilter ours = parse(text, theirs != null);
        if (theirs == null) assertTrue(ours == null || Damage.hasDecimalZero(text), () -> "only ours takes: " + text);
        if (theirs == null || ours == null) return false;
        for (int i = 0; i < MESSAGES; i++) {
            Map<String, String> message = expressions.message();
            compare(theirs.ask(message), ours.matches(message::get), single, text + " of " + message);
        }
        return true;
    }

    private static void compare(Reference.Verdict theirs, boolean ours, boolean single, String what) {
        switch (theirs) {
            case MATCHES -> assertTrue(ours, what);
            case DOES_NOT -> assertFalse(ours, what);
            case THROWS -> assertFalse(single && ours, what);
            // Of TRUE = a, with the property on the right; ours reads it like a = TRUE.
            case THROWS_CLASS_CAST -> {}
        }
    }

    /** What RocketMQ took, ours takes too, after cutting off what RocketMQ did not look at. */
    private static SqlFilter parse(String text, boolean taken) {
        String rest = text;
        while (true) {
            try {
                return SqlFilter.parse(rest);
            } catch (FilterSyntaxException e) {
                if (!taken) return null;
                int cut = e.position() - 1;
                assertTrue(cut < rest.length(), () -> "RocketMQ takes: " + text + "; ours: " + e.getMessage());
                rest = rest.substring(0, cut);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = 1 b", "a = 1)", "a = 0L", "a > 007", "a = 'x' LIKE 'y'"})
    void whatFollowsAFilterIsIgnoredByRocketMqAndRefusedHere(String text) {
        assertNotNull(Reference.parse(text));
        assertNull(parse(text, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a > 0.0", "a > .0", "a = 0e5"})
    void decimalZerosAreRefusedByRocketMqAndTakenHere(String text) {
        assertNull(Reference.parse(text));
        assertNotNull(parse(text, false));
    }

    @Test
    void anOrWithAComparisonThatMakesNoSense() throws FilterSyntaxException {
        Map<String, String> message = Map.of("a", "abc", "b", "1");
        for (String text : new String[] {"a > 5 OR b = 1", "b = 1 OR a > 5"}) {
            assertTrue(SqlFilter.parse(text).matches(message::get), text);
        }
        assertEquals(Reference.Verdict.THROWS, Reference.parse("a > 5 OR b = 1").ask(message));
        assertEquals(
                Reference.Verdict.MATCHES, Reference.parse("b = 1 OR a > 5").ask(message));
    }
}
