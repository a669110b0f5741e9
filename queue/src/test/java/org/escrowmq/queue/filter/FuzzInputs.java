package org.escrowmq.queue.filter;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Texts that may be no filters: input {@code index} of a seed is always the same one, so that a run can go on where another ended
 * and a finding has a number. Not thread-safe.
 */
final class FuzzInputs {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final int LARGE = 3_000;

    private final Random random = new Random();
    private final Expressions expressions = new Expressions(random);
    private final Damage damage = new Damage(random);
    private final long seed;

    FuzzInputs(long seed) {
        this.seed = seed;
    }

    /** Sets the dice for what follows about this input; then its text. */
    String text(long index) {
        random.setSeed(mixed(seed * GOLDEN + index));
        return switch (random.nextInt(10)) {
            case 0 -> bytes();
            case 1 -> characters();
            case 2 -> damage.soup(random.nextInt(random.nextInt(8) == 0 ? 2_000 : 60));
            case 3, 4 -> expressions.condition(random.nextInt(8) == 0 ? 12 : 4);
            case 5, 6 -> damage.of(expressions.condition(5));
            case 7 -> nested();
            case 8 -> huge();
            default -> filled();
        };
    }

    /** Properties and tag for the input whose text was the last one. */
    Expressions expressions() {
        return expressions;
    }

    /** Neighbouring seeds of {@link Random} begin alike. */
    private static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ (mixed >>> 31);
    }

    private String bytes() {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        return new String(bytes, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private String characters() {
        StringBuilder text = new StringBuilder();
        int most = random.nextBoolean() ? 128 : 0x1_0000;
        for (int i = random.nextInt(300); i > 0; i--) text.append((char) random.nextInt(most));
        return text.toString();
    }

    /** Few levels or thousands, closed or not. */
    private String nested() {
        int levels = random.nextBoolean() ? random.nextInt(40) : random.nextInt(LARGE);
        String inner = expressions.condition(1);
        return switch (random.nextInt(7)) {
            case 0 -> "(".repeat(levels) + inner + ")".repeat(levels);
            case 1 -> "(".repeat(levels) + inner;
            case 2 -> inner + ")".repeat(levels);
            case 3 -> "NOT ".repeat(levels) + inner;
            case 4 -> "a > " + "-".repeat(levels) + " 1\n";
            case 5 -> "a = (".repeat(levels) + inner + ")".repeat(levels);
            default -> "NOT (".repeat(levels) + inner + ")".repeat(random.nextInt(levels + 1));
        };
    }

    /** Numbers that no type holds, long texts and names, long lists and chains. */
    private String huge() {
        int many = random.nextInt(LARGE);
        String digits = digits(1 + many);
        return switch (random.nextInt(9)) {
            case 0 -> "a > " + digits;
            case 1 -> "a > " + digits + "L";
            case 2 -> "a > " + digits + "." + digits;
            case 3 -> "a > 1e" + digits;
            case 4 -> "a = '" + "it''s ".repeat(many / 6) + (random.nextBoolean() ? "'" : "");
            case 5 -> "a" + "b$_1".repeat(many / 4) + " IS NULL";
            case 6 -> "a IN ('x'" + ",'y'".repeat(many / 4) + (random.nextBoolean() ? ")" : "");
            case 7 -> "a = '1'" + (random.nextBoolean() ? " OR b > 2" : " AND b > 2").repeat(many / 10);
            default -> "a CONTAINS '" + "a".repeat(many) + "b'";
        };
    }

    private String digits(int count) {
        StringBuilder digits = new StringBuilder(count);
        for (int i = 0; i < count; i++) digits.append((char) ('0' + random.nextInt(10)));
        return digits.toString();
    }

    /** Around the limit of a filter's bytes, by blanks, comments or characters of several bytes. */
    private String filled() {
        String filler = switch (random.nextInt(4)) {
            case 0 -> " ";
            case 1 -> "/* */";
            case 2 -> " -- c\n";
            default -> "/*中🚀*/";
        };
        int bytes = filler.getBytes(StandardCharsets.UTF_8).length;
        int times = Math.max(0, (SqlFilter.BYTES_MAX - random.nextInt(200)) / bytes);
        String condition = expressions.condition(2);
        return random.nextBoolean() ? condition + filler.repeat(times) : filler.repeat(times) + condition;
    }
}
