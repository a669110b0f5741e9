package org.escrowmq.queue.filter;

import org.jspecify.annotations.Nullable;

/**
 * How values of different kinds compare, as RocketMQ does it. A text beside a number is read as a number of that kind: beside
 * 20 as an int, beside 3000000000 as a long, beside 2.5 as a double. A text that is none ('abc'; '2.5' beside 20) makes the
 * comparison unknown. Two texts are ordered as doubles, and equal only when they are the same text.
 */
final class Comparison {
    private Comparison() {}

    /** Whether both are the same; null when they cannot be compared. */
    static @Nullable Boolean equal(Object a, Object b) {
        if (a.equals(b)) return true;
        if (a instanceof String && b instanceof String) return false;
        if (a instanceof Boolean truth) return is(b, truth);
        if (b instanceof Boolean truth) return is(a, truth);
        Integer order = order(a, b);
        return order == null ? null : (Boolean) (order == 0);
    }

    /** A text says "true", in any case, or it is false; a number is neither. */
    private static boolean is(Object value, boolean truth) {
        return value instanceof String text && Boolean.parseBoolean(text) == truth;
    }

    /** Negative, zero or positive, as of a comparator; null when they cannot be compared. Texts and numbers only. */
    static @Nullable Integer order(Object a, Object b) {
        Number left = number(a, b);
        Number right = number(b, a);
        if (left == null || right == null) return null;
        return left instanceof Double || right instanceof Double
                ? Double.compare(left.doubleValue(), right.doubleValue())
                : Long.compare(left.longValue(), right.longValue());
    }

    private static @Nullable Number number(Object value, Object beside) {
        if (value instanceof Number number) return number;
        if (!(value instanceof String text) || !mayBeNumber(text)) return null;
        try {
            if (beside instanceof Integer) return Integer.valueOf(text);
            return beside instanceof Long ? (Number) Long.valueOf(text) : (Number) Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Sorts most words out, since an exception for each message is dear. */
    private static boolean mayBeNumber(String text) {
        if (text.isEmpty()) return false;
        char first = text.charAt(0);
        return !Character.isLetter(first) || first == 'N' || first == 'I';
    }
}
