package org.escrowmq.ops.view;

import java.util.List;
import java.util.Map;

/**
 * What a command answers. Names are lowerCamel: JSON shows them so, tables as words. A value is a String, a Number, a Boolean, an
 * {@link java.time.Instant}, a {@link java.time.Duration}, a {@link ByteCount}, a List or Map of such, or absent (null).
 */
public sealed interface View {
    /** A list: in JSON an array of objects, as a table one line each. */
    record Rows(List<String> columns, List<List<Object>> rows) implements View {}

    /** One thing with its figures and lists: in JSON one object. */
    record Details(Map<String, Object> fields, Map<String, Rows> sections) implements View {}

    /** Something was done: a sentence for a person, the fields for a program. */
    record Done(String sentence, Map<String, Object> fields) implements View {}

    /** A size in bytes: the number in JSON, 1.5 MiB in a table. */
    record ByteCount(long bytes) {}

    /** Calls the case that fits. */
    default <R> R fold(Cases<R> cases) {
        if (this instanceof Rows rows) return cases.rows(rows);
        if (this instanceof Details details) return cases.details(details);
        return cases.done((Done) this);
    }

    /** One answer for each kind of view. */
    interface Cases<R> {
        /** A list. */
        R rows(Rows rows);

        /** One thing. */
        R details(Details details);

        /** Something done. */
        R done(Done done);
    }
}
