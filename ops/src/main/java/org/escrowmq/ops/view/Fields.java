package org.escrowmq.ops.view;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named values in the order in which they are shown. Used while a view is put together; one owner. */
public final class Fields {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /** Adds one; absent values (null) are shown as such. */
    @SuppressWarnings("NullAway") // LinkedHashMap takes null values; the map's annotation cannot say so.
    public Fields with(String name, @Nullable Object value) {
        fields.put(name, value);
        return this;
    }

    /** What was added. */
    public Map<String, Object> asMap() {
        return fields;
    }
}
