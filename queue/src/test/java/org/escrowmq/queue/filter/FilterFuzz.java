package org.escrowmq.queue.filter;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads texts as filters, one after another: each is a filter that answers, always the same, or a refusal with a place in the text and
 * a short reason. Anything else is a {@link Finding}. Owned by one thread; the figures may be read by others.
 */
final class FilterFuzz {
    /** Letters of a refusal: it quotes what was found, shortened. */
    private static final int REASON_LETTERS_MAX = 300;

    /** Inputs whose time does not count, since the code is still being compiled. */
    private static final int WARM_UP = 20_000;

    /** How often an input is looked at again before it counts as the slowest one. */
    private static final int REPEATS = 10;

    private static final String LONG_VALUE = "9".repeat(16_384);

    /** What a text did that it must not do. The message names the input's number and shows its text. */
    static final class Finding extends RuntimeException {
        private static final long serialVersionUID = 1;

        Finding(long index, String text, String what, Throwable cause) {
            super("input " + index + " " + what + ": " + shown(text), cause);
        }

        private static String shown(String text) {
            StringBuilder shown = new StringBuilder();
            for (int i = 0; i < Math.min(text.length(), 2_000); i++) {
                char c = text.charAt(i);
                shown.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\u%04x", (int) c));
            }
            return text.length() + " characters, " + shown;
        }
    }

    private final FuzzInputs inputs;
    private volatile long current = -1;
    private final AtomicLong filters = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile long slowestNanos;
    private volatile long slowest = -1;

    FilterFuzz(long seed) {
        this.inputs = new FuzzInputs(seed);
    }

    /** The input that is being looked at. */
    long current() {
        return current;
    }

    /** How many texts were filters. */
    long filters() {
        return filters.get();
    }

    /** How many texts were refused. */
    long refusals() {
        return refusals.get();
    }

    /** The longest that an input took, at the best of several times, after the warm-up. */
    long slowestNanos() {
        return slowestNanos;
    }

    /** The number of that input; -1 before there is one. */
    long slowest() {
        return slowest;
    }

    /** Looks at one input; a {@link Finding} when it is one. */
    void look(long index) {
        current = index;
        long nanos = timed(index, true);
        if (filters.get() + refusals.get() <= WARM_UP) return;
        // Somebody else may have had the processor meanwhile.
        for (int again = 0; again < REPEATS && nanos > slowestNanos; again++)
            nanos = Math.min(nanos, timed(index, false));
        if (nanos > slowestNanos) {
            slowestNanos = nanos;
            slowest = index;
        }
    }

    private long timed(long index, boolean counted) {
        String text = inputs.text(index);
        Map<String, String> message = inputs.expressions().message();
        long start = System.nanoTime();
        boolean filter = look(index, text, message);
        long nanos = System.nanoTime() - start;
        if (counted) (filter ? filters : refusals).incrementAndGet();
        return nanos;
    }

    /** Whether the text is a filter. */
    private static boolean look(long index, String text, Map<String, String> message) {
        try {
            SqlFilter filter = SqlFilter.parse(text);
            boolean answer = filter.matches(message::get);
            filter.matches(name -> null);
            filter.matches(name -> LONG_VALUE);
            if (SqlFilter.parse(text).matches(message::get) != answer) {
                throw new Finding(index, text, "answers now so, now so", null);
            }
            return true;
        } catch (FilterSyntaxException e) {
            String reason = String.valueOf(e.getMessage());
            boolean placed = e.position() >= 1 && e.position() <= text.length() + 1;
            if (!placed || reason.isBlank() || reason.length() > REASON_LETTERS_MAX) {
                throw new Finding(index, text, "is refused with \"" + reason + "\"", null);
            }
            return false;
        } catch (Finding e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new Finding(index, text, "ends with " + e, e);
        }
    }
}
