package org.escrowmq.cluster;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.escrowmq.model.MessageCodec;
import org.jspecify.annotations.Nullable;

/** A set of tags that a consumer wants; an empty set wants every message. Tags compare as strings, case-sensitively. */
public record TagFilter(Set<String> tags) implements MessageFilter {
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

    @Override
    public boolean acceptsAll() {
        return tags.isEmpty();
    }

    @Override
    public boolean accepts(ByteBuffer stored) {
        return acceptsAll() || accepts(MessageCodec.tagOf(stored));
    }

    /** Whether a message with this tag (or none) is wanted. */
    public boolean accepts(@Nullable String tag) {
        return acceptsAll() || (tag != null && tags.contains(tag));
    }
}
