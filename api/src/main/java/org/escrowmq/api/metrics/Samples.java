package org.escrowmq.api.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The samples of one scrape, collected metric by metric. Used by one thread. */
final class Samples {
    private final List<MetricSnapshot> metrics = new ArrayList<>();

    /** A counter; {@code name} without {@code _total}. Values by label set, each label set once. */
    void counter(String name, String help, Map<Labels, Long> values) {
        if (values.isEmpty()) return;
        List<CounterDataPointSnapshot> points = new ArrayList<>(values.size());
        values.forEach((labels, value) -> points.add(new CounterDataPointSnapshot(value, labels, null, 0)));
        metrics.add(new CounterSnapshot(new MetricMetadata(name, help), points));
    }

    /** A counter without labels. */
    void counter(String name, String help, long value) {
        counter(name, help, Map.of(Labels.EMPTY, value));
    }

    /** A gauge. Values by label set, each label set once. */
    void gauge(String name, String help, Map<Labels, Long> values) {
        if (values.isEmpty()) return;
        List<GaugeDataPointSnapshot> points = new ArrayList<>(values.size());
        values.forEach((labels, value) -> points.add(new GaugeDataPointSnapshot(value, labels, null)));
        metrics.add(new GaugeSnapshot(new MetricMetadata(name, help), points));
    }

    /** A gauge of times in seconds. */
    void gaugeOfSeconds(String name, String help, Map<Labels, Double> values) {
        if (values.isEmpty()) return;
        List<GaugeDataPointSnapshot> points = new ArrayList<>(values.size());
        values.forEach((labels, value) -> points.add(new GaugeDataPointSnapshot(value, labels, null)));
        metrics.add(new GaugeSnapshot(new MetricMetadata(name, help), points));
    }

    /** A gauge without labels. */
    void gauge(String name, String help, long value) {
        gauge(name, help, Map.of(Labels.EMPTY, value));
    }

    /**
     * A histogram.
     *
     * @param bounds the upper bounds of its classes, rising; the last is infinite
     */
    void histogram(String name, String help, List<Double> bounds, Map<Labels, Classes> values) {
        if (values.isEmpty()) return;
        List<HistogramSnapshot.HistogramDataPointSnapshot> points = new ArrayList<>(values.size());
        values.forEach((labels, classes) -> points.add(new HistogramSnapshot.HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(bounds, classes.counts()), classes.sum(), labels, Exemplars.EMPTY, 0)));
        metrics.add(new HistogramSnapshot(new MetricMetadata(name, help), points));
    }

    /** What a histogram has in each of its classes, not cumulated, and the sum of all that was observed. */
    record Classes(List<Long> counts, double sum) {}

    /** Everything collected, and {@code others} with it. */
    MetricSnapshots with(MetricSnapshots others) {
        List<MetricSnapshot> all = new ArrayList<>(metrics);
        others.forEach(all::add);
        return new MetricSnapshots(all);
    }

    /** An empty map of values that keeps the order of insertion. */
    static <V> Map<Labels, V> values() {
        return new LinkedHashMap<>();
    }
}
