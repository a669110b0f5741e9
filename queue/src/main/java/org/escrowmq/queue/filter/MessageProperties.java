package org.escrowmq.queue.filter;

import org.jspecify.annotations.Nullable;

/** What a filter may look at: the properties of one message. */
@FunctionalInterface
public interface MessageProperties {
    /** The property's value, or null when the message has none of this name. Names are case-sensitive. */
    @Nullable
    String get(String name);
}
