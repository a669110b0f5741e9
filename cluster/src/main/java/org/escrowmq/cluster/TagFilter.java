package org.escrowmq.cluster;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A set of tags that a consumer wants; an empty set wants every message. Tags compare as strings, case-sensitively. */
public record TagFilter(Set<String> tags) {
    /** Every message. */
    public static final TagFilter ALL = new TagFilter(Set.of());

    /** Parses {@code a||b}; empty, blank or {@code *} wants all. */
    public static TagFilter parse(String expression) {
        Set<String> tags = Arrays.stream(expression.split("\\|\\|", -1))
                .map(String::trim)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return tags.contains("*") ? ALL : new TagFilter(tags);
    }

    /** Whether a message with this tag (or none) is wanted. */
    public boolean accepts(@Nullable String tag) {
        return tags.isEmpty() || (tag != null && tags.contains(tag));
    }
}
