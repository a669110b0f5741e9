package org.escrowmq.queue.filter;

import java.util.List;
import java.util.Random;

/** Makes a filter wrong, mostly: takes, adds and swaps pieces of it. Seeded. */
final class Damage {
    private static final List<String> PIECES = List.of(
            " ",
            "(",
            ")",
            "'",
            "''",
            ",",
            "=",
            "<>",
            "<",
            ">",
            "!",
            "-",
            "--",
            "+",
            "*",
            "/*",
            "*/",
            "\n",
            ".",
            "0",
            "5",
            "e",
            "L",
            "a",
            "\"",
            "#",
            "\u0000",
            "é",
            "🚀",
            " NOT ",
            " AND ",
            " OR ",
            " IN ",
            " IS ",
            " NULL ",
            " BETWEEN ",
            " LIKE ",
            " CONTAINS ",
            " STARTSWITH ",
            " TRUE ",
            "$",
            "_",
            ";",
            "\ud800");

    private final Random random;

    Damage(Random random) {
        this.random = random;
    }

    String of(String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 1 + random.nextInt(3); i > 0; i--) damage(damaged);
        return damaged.toString();
    }

    private void damage(StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(6));
        switch (random.nextInt(4)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.setLength(at);
            case 2 -> text.insert(at, text.substring(at, end));
            default -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        }
    }

    /** A random soup of pieces. */
    String soup(int pieces) {
        StringBuilder soup = new StringBuilder();
        for (int i = 0; i < pieces; i++) soup.append(PIECES.get(random.nextInt(PIECES.size())));
        return soup.toString();
    }

    /** Whether a decimal number of the text is zero; errs on the side of yes. */
    static boolean hasDecimalZero(String text) {
        for (String number : text.split("[^0-9.eE+-]+", -1)) {
            boolean decimal = number.contains(".")
                    || number.toLowerCase(java.util.Locale.ROOT).contains("e");
            if (decimal && number.contains("0")) return true;
        }
        return false;
    }
}
