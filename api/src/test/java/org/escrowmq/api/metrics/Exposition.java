package org.escrowmq.api.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus text (version 0.0.4), parsed strictly: every line is HELP, TYPE or a sample of the metric whose TYPE stands before
 * it; no metric comes twice, no label set comes twice, every number is one.
 */
public final class Exposition {
    private static final Pattern META = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\",?");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "summary", "histogram", "untyped");

    /** One line of a metric. */
    record Sample(String name, Map<String, String> labels, double value) {}

    private final Map<String, String> types = new HashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    private Exposition() {}

    /** Parses, or fails with the line that is wrong. */
    public static Exposition parse(String text) {
        Exposition exposition = new Exposition();
        if (!text.endsWith("\n")) throw new AssertionError("the last line does not end");
        String family = "";
        Set<Object> seen = new HashSet<>();
        for (String line : text.split("\n")) {
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                if (meta.group(1).equals("TYPE")) {
                    family = meta.group(2);
                    require(TYPES.contains(meta.group(3)), line);
                    require(exposition.types.put(family, meta.group(3)) == null, line);
                }
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            require(sample.matches(), line);
            Sample parsed =
                    new Sample(sample.group(1), labels(sample.group(2), line), Double.parseDouble(sample.group(3)));
            require(belongs(parsed.name(), family), line);
            require(seen.add(List.of(parsed.name(), parsed.labels())), line);
            exposition.samples.add(parsed);
        }
        return exposition;
    }

    /** The type of each metric. */
    public Map<String, String> types() {
        return types;
    }

    /** The value of the only sample of this name that has these labels among its own. */
    public double value(String name, String... labels) {
        List<Sample> found = find(name, labels);
        require(found.size() == 1, name + List.of(labels) + ": " + found);
        return found.get(0).value();
    }

    /** The sum of all samples of this name that have these labels among their own. */
    public double sum(String name, String... labels) {
        return find(name, labels).stream().mapToDouble(Sample::value).sum();
    }

    private List<Sample> find(String name, String... labels) {
        Map<String, String> wanted = new HashMap<>();
        for (int i = 0; i < labels.length; i += 2) wanted.put(labels[i], labels[i + 1]);
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> sample.labels().entrySet().containsAll(wanted.entrySet()))
                .toList();
    }

    private static boolean belongs(String name, String family) {
        return name.equals(family)
                || List.of("_sum", "_count", "_bucket", "_max").stream()
                        .anyMatch(suffix -> name.equals(family + suffix));
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> labels = new HashMap<>();
        if (text == null) return labels;
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find() && label.start() == end) {
            String value =
                    label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
            require(labels.put(label.group(1), value) == null, line);
            end = label.end();
        }
        require(end == text.length(), line);
        return labels;
    }

    private static void require(boolean right, String line) {
        if (!right) throw new AssertionError("not Prometheus text: " + line);
    }
}
