package org.escrowmq.ops.view;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.escrowmq.ops.view.View.ByteCount;
import org.escrowmq.ops.view.View.Details;
import org.escrowmq.ops.view.View.Done;
import org.escrowmq.ops.view.View.Rows;
import org.jspecify.annotations.Nullable;

/** Views as JSON (RFC 8259): an array of objects, one on each line, or one object on one line. Times are ISO 8601 in UTC. */
public final class Json implements View.Cases<String> {
    /** The view as JSON. */
    public static String of(View view) {
        return view.fold(new Json());
    }

    @Override
    public String rows(Rows rows) {
        if (rows.rows().isEmpty()) return "[]";
        return objects(rows).stream().map(Json::value).collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    }

    @Override
    public String details(Details details) {
        Map<String, Object> all = new LinkedHashMap<>(details.fields());
        details.sections().forEach((name, rows) -> all.put(name, objects(rows)));
        return value(all);
    }

    @Override
    public String done(Done done) {
        return value(done.fields());
    }

    private static List<Map<String, Object>> objects(Rows rows) {
        return rows.rows().stream().map(row -> object(rows.columns(), row)).collect(Collectors.toList());
    }

    private static Map<String, Object> object(List<String> columns, List<Object> row) {
        Fields fields = new Fields();
        for (int i = 0; i < columns.size(); i++) fields.with(columns.get(i), row.get(i));
        return fields.asMap();
    }

    private static String value(@Nullable Object value) {
        if (value == null) return "null";
        if (value instanceof Double number && !Double.isFinite(number)) return "null";
        if (value instanceof Number || value instanceof Boolean) return value.toString();
        if (value instanceof ByteCount count) return Long.toString(count.bytes());
        if (value instanceof Duration duration) return quoted(DurationText.of(duration));
        if (value instanceof List<?> list) {
            return list.stream().map(Json::value).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> quoted(entry.getKey().toString()) + ":" + value(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || Character.isSurrogate(c) && !paired(text, i) || c == 0x7f) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static boolean paired(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
