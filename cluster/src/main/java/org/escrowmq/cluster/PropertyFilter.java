package org.escrowmq.cluster;

import java.nio.ByteBuffer;
import java.util.Map;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.queue.filter.SqlFilter;

/** An SQL condition on the user properties of a message. The name {@code TAGS} is the message's tag, as in RocketMQ. */
public record PropertyFilter(SqlFilter condition) implements MessageFilter {
    private static final String TAG = "TAGS";

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
