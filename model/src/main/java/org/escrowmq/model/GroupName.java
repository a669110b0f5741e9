package org.escrowmq.model;

/** The name of a consumer group: a namespace (may be empty) and a name within it. */
public record GroupName(String namespace, String name) {
    /** A group in the empty namespace. */
    public static GroupName of(String name) {
        return new GroupName("", name);
    }

    /** Parses the operator's form: {@code name} or {@code namespace/name}. */
    public static GroupName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? of(text) : new GroupName(text.substring(0, slash), text.substring(slash + 1));
    }

    /** {@code name}, or {@code namespace/name}. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
