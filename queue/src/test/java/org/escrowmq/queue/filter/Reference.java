package org.escrowmq.queue.filter;

import java.util.Map;
import org.apache.rocketmq.filter.SqlFilter;
import org.apache.rocketmq.filter.expression.EvaluationContext;
import org.apache.rocketmq.filter.expression.Expression;
import org.apache.rocketmq.filter.expression.MQFilterException;
import org.jspecify.annotations.Nullable;

/** What RocketMQ makes of a filter: rocketmq-filter, the library that its broker uses. */
final class Reference {
    /** What RocketMQ says of a message. Where it throws, its broker does not deliver. */
    enum Verdict {
        MATCHES,
        DOES_NOT,
        THROWS,
        THROWS_CLASS_CAST
    }

    private final Expression expression;

    private Reference(Expression expression) {
        this.expression = expression;
    }

    /** Null when RocketMQ refuses the text. */
    static @Nullable Reference parse(String text) {
        try {
            return new Reference(new SqlFilter().compile(text));
        } catch (MQFilterException e) {
            return null;
        }
    }

    Verdict ask(Map<String, String> properties) {
        try {
            return Boolean.TRUE.equals(expression.evaluate(context(properties))) ? Verdict.MATCHES : Verdict.DOES_NOT;
        } catch (ClassCastException e) {
            return Verdict.THROWS_CLASS_CAST;
        } catch (Exception e) {
            return Verdict.THROWS;
        }
    }

    private static EvaluationContext context(Map<String, String> properties) {
        return new EvaluationContext() {
            @Override
            public @Nullable Object get(String name) {
                return properties.get(name);
            }

            @Override
            public Map<String, Object> keyValues() {
                return Map.copyOf(properties);
            }
        };
    }
}
