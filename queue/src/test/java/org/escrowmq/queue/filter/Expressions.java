package org.escrowmq.queue.filter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Seeded filters and messages: mostly well-formed, of every construct, over few names so that they meet the messages. */
final class Expressions {
    private static final List<String> NAMES = List.of("a", "b", "c", "$d_1", "In1");
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "abc",
            "abcabc",
            "ab",
            "it's",
            "中文🚀",
            "true",
            "TRUE",
            "false",
            "NULL",
            "0",
            "-0",
            "+5",
            "5",
            "05",
            "-5",
            " 5",
            "5 ",
            "5.0",
            "5.5",
            ".5",
            "1e3",
            "1000",
            "0x10",
            "5d",
            "5L",
            "NaN",
            "Infinity",
            "-Infinity",
            "2147483647",
            "2147483648",
            "3000000000",
            "9223372036854775807",
            "9223372036854775808",
            "٥");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "5",
            "5L",
            "5l",
            "5.0",
            "5.",
            "05.5",
            ".5",
            "1e3",
            "1E+3",
            "1.5e-3",
            "1000",
            "2147483647",
            "2147483648",
            "3000000000",
            "9223372036854775807",
            "1e308");
    private static final List<String> BLANKS =
            List.of(" ", " ", " ", "  ", "\t", "\r\n", " /* c */ ", " /***/ ", " -- c\n");

    private final Random random;

    Expressions(Random random) {
        this.random = random;
    }

    Map<String, String> message() {
        Map<String, String> message = new HashMap<>();
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) message.put(name, pick(VALUES));
        }
        return message;
    }

    /** A condition of at most {@code depth} nested conditions. */
    String condition(int depth) {
        if (depth == 0 || random.nextInt(4) == 0) return comparison(depth);
        return switch (random.nextInt(6)) {
            case 0, 1 -> condition(depth - 1) + blank() + word("AND") + blank() + condition(depth - 1);
            case 2, 3 -> condition(depth - 1) + blank() + word("OR") + blank() + condition(depth - 1);
            case 4 -> word("NOT") + blank() + "(" + condition(depth - 1) + ")";
            default -> "(" + condition(depth - 1) + ")";
        };
    }

    /** One comparison. */
    String comparison(int depth) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> value(depth) + gap() + pick(List.of("=", "<>")) + gap() + value(depth);
            case 2, 3 -> orderable() + gap() + pick(List.of("<", "<=", ">", ">=")) + gap() + orderable();
            case 4, 5 ->
                orderable()
                        + not()
                        + word("BETWEEN")
                        + blank()
                        + orderable()
                        + blank()
                        + word("AND")
                        + blank()
                        + orderable();
            case 6 -> pick(NAMES) + not() + word("IN") + gap() + "(" + gap() + texts() + ")";
            case 7, 8 ->
                value(depth) + not() + word(pick(List.of("CONTAINS", "STARTSWITH", "ENDSWITH"))) + gap() + text();
            case 9, 10 -> value(depth) + blank() + word("IS") + not() + word("NULL");
            default -> pick(List.of("a", "b", "TRUE", "FALSE", "NULL", "NOT a", "NOT a = TRUE", "NOT NOT b"));
        };
    }

    private String value(int depth) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> pick(NAMES);
            case 3 -> text();
            case 4 -> word(pick(List.of("TRUE", "FALSE")));
            case 5 -> depth == 0 ? pick(NAMES) : "(" + condition(depth - 1) + ")";
            default -> orderable();
        };
    }

    private String orderable() {
        String bare = random.nextBoolean() ? pick(NAMES) : pick(NUMBERS);
        return switch (random.nextInt(10)) {
            case 0 -> "-" + bare;
            case 1 -> "- -" + bare;
            case 2 -> "+" + bare;
            case 3 -> "(" + bare + ")";
            default -> bare;
        };
    }

    private String texts() {
        StringBuilder texts = new StringBuilder(text());
        for (int i = random.nextInt(7); i > 0; i--)
            texts.append(gap()).append(',').append(gap()).append(text());
        return texts.toString();
    }

    private String text() {
        return "'" + pick(VALUES).replace("'", "''") + "'";
    }

    private String not() {
        return random.nextInt(3) == 0 ? blank() + word("NOT") + blank() : blank();
    }

    private String word(String word) {
        return random.nextInt(3) == 0 ? word.toLowerCase(java.util.Locale.ROOT) : word;
    }

    private String blank() {
        return pick(BLANKS);
    }

    private String gap() {
        return random.nextBoolean() ? "" : blank();
    }

    private String pick(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
