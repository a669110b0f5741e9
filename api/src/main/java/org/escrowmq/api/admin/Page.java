package org.escrowmq.api.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list, sorted by name. The token for the next page holds the last name of this one, so a page is
 * right whatever was created or deleted in between, and no server keeps anything for it.
 *
 * @param nextToken empty on the last page
 */
record Page<T>(List<T> items, String nextToken) {
    static final int SIZE_DEFAULT = 1_000;
    static final int SIZE_MAX = 10_000;

    /** The page of {@code all} after {@code token} (empty: from the start), of {@code size} items (0: the default). */
    static <T> Page<T> of(List<T> all, Function<T, String> nameOf, String contains, int size, String token) {
        int limit = Inputs.orDefault(Inputs.within("page_size", size, 0, SIZE_MAX), SIZE_DEFAULT);
        String after = token.isEmpty() ? "" : decode(token);
        List<T> items = all.stream()
                .filter(item -> {
                    String name = nameOf.apply(item);
                    return name.compareTo(after) > 0 && name.contains(contains);
                })
                .sorted(Comparator.comparing(nameOf))
                .limit(limit + 1L)
                .toList();
        if (items.size() <= limit) return new Page<>(items, "");
        return new Page<>(items.subList(0, limit), encode(nameOf.apply(items.get(limit - 1))));
    }

    private static String encode(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw Rejection.invalid("page_token " + Inputs.quoted(token) + " was not given out by this server");
        }
    }
}
