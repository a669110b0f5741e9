package org.escrowmq.ops.cli;

import java.util.List;
import java.util.function.Consumer;

/** Which entries of one of the server's lists a command is about, as options say. */
interface ListFilter<T> {
    /** How many entries the server gives at once. */
    int PAGE_MAX = 1_000;

    /** Some of a list; {@code nextToken} is empty at its end. */
    record Page<T>(List<T> entries, String nextToken) {}

    /** Whether anything was said. */
    boolean isUsed();

    /** A page of what fits; {@code token} is empty for the first one. */
    Page<T> page(AdminClient admin, int size, String token);

    /** Hands over up to {@code max} entries that fit, page by page; answers whether there are more. */
    default boolean forEach(AdminClient admin, int max, Consumer<T> visit) {
        int left = max;
        String token = "";
        do {
            Page<T> page = page(admin, Math.min(left, PAGE_MAX), token);
            page.entries().forEach(visit);
            left -= page.entries().size();
            token = page.nextToken();
        } while (left > 0 && !token.isEmpty());
        return !token.isEmpty();
    }
}
