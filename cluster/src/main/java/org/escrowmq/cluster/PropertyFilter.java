package org.escrowmq.cluster;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.queue.filter.FilterSyntaxException;
import org.escrowmq.queue.filter.SqlFilter;
import org.jspecify.annotations.Nullable;

/** An SQL condition on the user properties of a message. The name {@code TAGS} is the message's tag, as in RocketMQ. */
public record PropertyFilter(SqlFilter condition) implements MessageFilter {
    private static final String TAG = "TAGS";

    /**
     * What is wrong with an expression.
     *
     * @param position the character at which reading stopped, from 1; one behind the last where the text ends too early
     * @param text position and reason, for a person
     */
    public record Mistake(int position, String text) {}

    /** The filter that an expression says, or INVALID_ARGUMENT with a text that says where the expression is wrong. */
    public static Outcome<MessageFilter> parse(String expression) {
        try {
            return Outcome.done(of(expression));
        } catch (FilterSyntaxException wrong) {
            return Outcome.refused(RefusalCode.INVALID_ARGUMENT, text(wrong));
        }
    }

    /** Why an expression is no filter; empty when it is one. */
    public static Optional<Mistake> mistake(String expression) {
        try {
            of(expression);
            return Optional.empty();
        } catch (FilterSyntaxException wrong) {
            return Optional.of(new Mistake(wrong.position(), text(wrong)));
        }
    }

    /** The filter of an expression in which {@link #mistake} finds nothing; else an IllegalArgumentException. */
    public static PropertyFilter ofValid(String expression) {
        try {
            return of(expression);
        } catch (FilterSyntaxException wrong) {
            throw new IllegalArgumentException(text(wrong), wrong);
        }
    }

    private static PropertyFilter of(String expression) throws FilterSyntaxException {
        return new PropertyFilter(SqlFilter.parse(expression));
    }

    private static String text(FilterSyntaxException wrong) {
        return "the SQL filter is wrong " + wrong.getMessage();
    }

    @Override
    public boolean acceptsAll() {
        return false;
    }

    @Override
    public boolean accepts(ByteBuffer stored) {
        Map<String, String> properties = MessageCodec.propertiesOf(stored);
        return condition.matches(name -> name.equals(TAG) ? MessageCodec.tagOf(stored) : properties.get(name));
    }

    /** The same of a message that was read already; {@code tag} is null where it has none. */
    public boolean accepts(Map<String, String> properties, @Nullable String tag) {
        return condition.matches(name -> name.equals(TAG) ? tag : properties.get(name));
    }
}
