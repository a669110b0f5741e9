package org.escrowmq.model;

/**
 * The name of a topic: a namespace (may be empty) and a name within it. {@code ns1/T} and {@code T} are different topics.
 *
 * <p>This type holds any text; whether a name is legal is decided by {@link Names}.
 */
public record TopicName(String namespace, String name) {
    /** A topic in the empty namespace. */
    public static TopicName of(String name) {
        return new TopicName("", name);
    }

    /** Parses the operator's form: {@code name} or {@code namespace/name}. */
    public static TopicName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? of(text) : new TopicName(text.substring(0, slash), text.substring(slash + 1));
    }

    /** {@code name}, or {@code namespace/name}. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
