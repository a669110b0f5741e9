package org.escrowmq.queue.filter;

import java.nio.charset.StandardCharsets;

/**
 * A condition on a message's properties, parsed and ready to be asked. Immutable; equal when the text is. Asking takes time in
 * proportion to the filter and the values that it looks at, and never throws.
 */
public final class SqlFilter {
    /** Bytes of a filter's text in UTF-8. */
    public static final int BYTES_MAX = 2048;

    /** Levels of a filter's tree; bounds the stack. */
    public static final int DEPTH_MAX = 32;

    /** Operands and operators of a filter; bounds the time for a message. */
    public static final int NODES_MAX = 256;

    private final String expression;
    private final Node condition;

    private SqlFilter(String expression, Node condition) {
        this.expression = expression;
        this.condition = condition;
    }

    /** Reads a filter, or says at which character it is none. */
    public static SqlFilter parse(String expression) throws FilterSyntaxException {
        if (expression.length() > BYTES_MAX || expression.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw new FilterSyntaxException(0, "a filter has at most " + BYTES_MAX + " bytes, this one is longer");
        }
        return new SqlFilter(expression, new Parser(new Lexer(expression).tokens()).filter());
    }

    /** Whether the condition is true of the message; not when it is false, and not when it is unknown. */
    public boolean matches(MessageProperties message) {
        return Boolean.TRUE.equals(condition.value(message));
    }

    /** As it was written. */
    public String expression() {
        return expression;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SqlFilter filter && filter.expression.equals(expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression;
    }
}
