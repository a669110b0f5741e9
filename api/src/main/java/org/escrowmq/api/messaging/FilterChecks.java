package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.cluster.TagFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer may ask for: sets of tags, or SQL over properties. Consumers send their filter with every receive, so the SQL
 * filters that were used last are kept as they were parsed. Any thread.
 */
final class FilterChecks {
    /** Parsed filters that are kept; each comes of at most 2 KiB of text. */
    static final int KEPT_MAX = 128;

    /** What a filter came to: itself, or the status that refuses it. */
    record Read(@Nullable MessageFilter filter, @Nullable Status refusal) {}

    private static final Read ALL = new Read(TagFilter.ALL, null);

    private final Map<String, Read> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
            return size() > KEPT_MAX;
        }
    };

    Read read(FilterExpression filter) {
        String expression = filter.getExpression();
        if (filter.getType() == FilterType.SQL) return sql(expression);
        return expression.isEmpty() || expression.equals("*") ? ALL : new Read(TagFilter.parse(expression), null);
    }

    private Read sql(String expression) {
        if (expression.isBlank()) return refused("an SQL filter needs an expression");
        synchronized (kept) {
            Read known = kept.get(expression);
            if (known != null) return known;
        }
        return PropertyFilter.parse(expression)
                .fold(filter -> keep(expression, filter), wrong -> refused(wrong.text()));
    }

    private Read keep(String expression, MessageFilter filter) {
        Read read = new Read(filter, null);
        synchronized (kept) {
            kept.put(expression, read);
        }
        return read;
    }

    private static Read refused(String text) {
        return new Read(null, Statuses.of(Code.ILLEGAL_FILTER_EXPRESSION, text));
    }
}
