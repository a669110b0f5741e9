package org.escrowmq.systemtests.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Figures of all rounds of each server, their medians, and how Escrow stands to RocketMQ. */
final class BenchReport {
    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeSpecialFloatingPointValues()
            .create();

    private final Map<String, List<Map<Figure, Double>>> rounds = new LinkedHashMap<>();
    private final Map<String, List<String>> flags = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    void add(String server, Map<Figure, Double> figures, List<String> heapFlags) {
        rounds.computeIfAbsent(server, name -> new ArrayList<>()).add(new EnumMap<>(figures));
        flags.put(server, heapFlags);
    }

    /** Of a figure of the worst round that one. NaN when the server was not measured or the load did not run. */
    double median(String server, Figure figure) {
        double[] sorted = rounds.getOrDefault(server, List.of()).stream()
                .map(round -> round.get(figure))
                .filter(value -> value != null)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        if (figure.isOfTheWorstRound()) {
            return sorted[sorted.length - 1];
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double ratio(Figure figure) {
        return median("escrow", figure) / median("rocketmq", figure);
    }

    /** Null where the figure has no such limit or was not measured. */
    private @Nullable Boolean holds(Figure figure, @Nullable Double limit) {
        double judged = figure.standsAlone() ? median("escrow", figure) : ratio(figure);
        return limit == null || Double.isNaN(judged) ? null : figure.reaches(judged, limit);
    }

    /** Messages that a server gave a consumer too often, never or out of order. */
    void addViolations(String server, List<String> found) {
        found.forEach(text -> violations.add(server + ", " + text));
    }

    /** Whether every message came as it should and every floor that was measured holds. */
    boolean passes() {
        return violations.isEmpty() && floorsHold();
    }

    private boolean floorsHold() {
        for (Figure figure : Figure.values()) {
            if (Boolean.FALSE.equals(holds(figure, figure.floor()))) {
                return false;
            }
        }
        return true;
    }

    String table() {
        StringBuilder text = new StringBuilder();
        rounds.forEach((server, measured) -> {
            text.append(String.format("%s, %d round(s), started with%n", server, measured.size()));
            flags.getOrDefault(server, List.of())
                    .forEach(line -> text.append("    ").append(line).append('\n'));
        });
        text.append(String.format(
                "%-40s %11s %11s %7s %6s %6s  %s%n",
                "median of the rounds", "rocketmq", "escrow", "ratio", "floor", "aim", "holds"));
        for (Figure figure : Figure.values()) {
            if (Double.isNaN(median("escrow", figure)) && Double.isNaN(median("rocketmq", figure))) {
                continue;
            }
            text.append(String.format(
                    "%-40s %11s %11s %7s %6s %6s  %s%n",
                    figure.title(),
                    number(median("rocketmq", figure)),
                    number(median("escrow", figure)),
                    number(ratio(figure)),
                    limit(figure.floor()),
                    limit(figure.aim()),
                    verdict(figure)));
        }
        violations.forEach(
                violation -> text.append("VIOLATION ").append(violation).append('\n'));
        return text.toString();
    }

    private String verdict(Figure figure) {
        Boolean floor = holds(figure, figure.floor());
        if (floor == null) {
            return "";
        }
        if (!floor) {
            return "FLOOR MISSED";
        }
        return Boolean.TRUE.equals(holds(figure, figure.aim())) ? "floor and aim" : "floor";
    }

    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
    }

    private static String limit(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    String json(Map<String, Object> machine) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("machine", machine);
        root.put("flags", flags);
        root.put("rounds", rounds);
        root.put("violations", violations);
        Map<String, Object> medians = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("title", figure.title());
            row.put("rocketmq", median("rocketmq", figure));
            row.put("escrow", median("escrow", figure));
            row.put("ratio", ratio(figure));
            row.put("floor", figure.floor());
            row.put("aim", figure.aim());
            row.put("floorHolds", holds(figure, figure.floor()));
            row.put("aimHolds", holds(figure, figure.aim()));
            medians.put(figure.name(), row);
        }
        root.put("figures", medians);
        return JSON.toJson(root);
    }
}
