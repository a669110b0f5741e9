package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.Status;
import org.escrowmq.cluster.TagFilter;
import org.jspecify.annotations.Nullable;

/** What a consumer may ask for: sets of tags; SQL later. */
final class FilterChecks {
    private FilterChecks() {}

    static @Nullable Status check(FilterExpression filter) {
        if (filter.getType() != FilterType.SQL) return null;
        if (filter.getExpression().isBlank()) {
            return Statuses.of(Code.ILLEGAL_FILTER_EXPRESSION, "an SQL filter needs an expression");
        }
        return Statuses.of(Code.UNSUPPORTED, "this version filters by TAG only, not by SQL");
    }

    /** Of a filter that passed the check. */
    static TagFilter tags(FilterExpression filter) {
        String expression = filter.getExpression();
        return expression.isEmpty() || expression.equals("*") ? TagFilter.ALL : TagFilter.parse(expression);
    }
}
