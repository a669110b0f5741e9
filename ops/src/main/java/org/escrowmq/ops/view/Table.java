package org.escrowmq.ops.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.escrowmq.ops.view.View.ByteCount;
import org.escrowmq.ops.view.View.Details;
import org.escrowmq.ops.view.View.Done;
import org.escrowmq.ops.view.View.Rows;
import org.jspecify.annotations.Nullable;

/** Views as text for a person: columns under headings, numbers to the right. Ends without a line break. */
public final class Table implements View.Cases<String> {
    private static final String GAP = "  ";
    private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB"};

    /** The view as lines of text. */
    public static String of(View view) {
        return view.fold(new Table());
    }

    @Override
    public String rows(Rows rows) {
        if (rows.rows().isEmpty()) return "(none)";
        List<List<String>> lines = new ArrayList<>();
        lines.add(rows.columns().stream().map(Table::heading).collect(Collectors.toList()));
        for (List<Object> row : rows.rows()) {
            List<String> line = new ArrayList<>();
            for (Object value : row) line.add(text(value));
            lines.add(line);
        }
        int[] widths = widths(lines);
        List<String> out = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<Object> values = rows.rows().get(Math.max(0, i - 1));
            out.add(line(lines.get(i), values, widths));
        }
        return String.join("\n", out);
    }

    @Override
    public String details(Details details) {
        StringBuilder out = new StringBuilder(fields(details.fields()));
        details.sections().forEach((name, rows) -> {
            out.append("\n\n").append(words(name)).append('\n');
            out.append(rows(rows).indent(2).stripTrailing());
        });
        return out.toString();
    }

    @Override
    public String done(Done done) {
        return done.sentence();
    }

    private static String fields(Map<String, Object> fields) {
        int width = fields.keySet().stream()
                .mapToInt(name -> words(name).length())
                .max()
                .orElse(0);
        return fields.entrySet().stream()
                .map(field -> pad(words(field.getKey()), width) + GAP + text(field.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static int[] widths(List<List<String>> lines) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> cells, List<Object> values, int[] widths) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            if (i > 0) out.append(GAP);
            String cell = cells.get(i);
            boolean toTheRight = values.get(i) instanceof Number || values.get(i) instanceof ByteCount;
            out.append(toTheRight ? " ".repeat(widths[i] - cell.length()) + cell : pad(cell, widths[i]));
        }
        return out.toString().stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String heading(String name) {
        return words(name).toUpperCase(Locale.ROOT);
    }

    private static String words(String lowerCamel) {
        return lowerCamel.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    /** One value as a cell. */
    public static String text(@Nullable Object value) {
        if (value == null) return "-";
        if (value instanceof Boolean yes) return yes ? "yes" : "no";
        if (value instanceof Duration duration) return DurationText.of(duration);
        if (value instanceof Double number) {
            return BigDecimal.valueOf(number).setScale(1, RoundingMode.HALF_UP).toPlainString();
        }
        if (value instanceof ByteCount count) return bytes(count.bytes());
        if (value instanceof List<?> list) {
            return list.isEmpty() ? "-" : list.stream().map(Table::text).collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?> map) return map.isEmpty() ? "-" : pairs(map);
        if (value instanceof Instant || value instanceof Number) return value.toString();
        String text = printable(value.toString());
        return text.isEmpty() ? "-" : text;
    }

    private static String pairs(Map<?, ?> map) {
        return map.entrySet().stream()
                .map(entry -> printable(entry.getKey() + "=" + entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** What others sent must not move the cursor of the terminal it is shown on. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n') out.append("\\n");
            else if (c == '\t') out.append("\\t");
            else if (Character.isISOControl(c)) out.append(String.format(Locale.ROOT, "\\u%04x", c));
            else out.appendCodePoint(c);
        });
        return out.toString();
    }

    private static String bytes(long bytes) {
        if (bytes < 1024) return bytes + " B";
        double amount = bytes / 1024.0;
        int unit = 0;
        while (amount >= 1024 && unit < BYTE_UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, BYTE_UNITS[unit]);
    }
}
