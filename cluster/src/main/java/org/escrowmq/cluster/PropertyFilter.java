package org.escrowmq.cluster;

import java.nio.ByteBuffer;
import java.util.Map;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.queue.filter.FilterSyntaxException;
import org.escrowmq.queue.filter.SqlFilter;

/** An SQL condition on the user properties of a message. The name {@code TAGS} is the message's tag, as in RocketMQ. */
public record PropertyFilter(SqlFilter condition) implements MessageFilter {
    private static final String TAG = "TAGS";

    /** The filter that an expression says, or INVALID_ARGUMENT with a text that says where the expression is wrong. */
    public static Outcome<MessageFilter> parse(String expression) {
        try {
            return Outcome.done(new PropertyFilter(SqlFilter.parse(expression)));
        } catch (FilterSyntaxException wrong) {
            return Outcome.refused(RefusalCode.INVALID_ARGUMENT, "the SQL filter is wrong " + wrong.getMessage());
        }
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
}
