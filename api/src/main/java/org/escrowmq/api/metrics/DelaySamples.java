package org.escrowmq.api.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.DelayTraffic;
import org.escrowmq.cluster.DelayTraffic.Happening;

/** Samples of messages that wait for their time, and of the clocks that their times came from. Keeps no figures. */
final class DelaySamples {
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    /** Clients whose clocks are shown: their ids come from clients. */
    private static final int CLOCKS_MAX = 1_000;

    private static final int CLIENT_TEXT_CHARS_MAX = 64;

    /** A class of times: due within so many hours. */
    private record DueWithin(String text, long hours) {}

    private static final List<DueWithin> DUE_WITHIN = List.of(
            new DueWithin("1h", 1),
            new DueWithin("6h", 6),
            new DueWithin("1d", 24),
            new DueWithin("7d", 7 * 24),
            new DueWithin("30d", 30 * 24));

    private static final List<Double> LATE_SECONDS = Stream.concat(
                    DelayTraffic.LATE_MILLIS.stream().map(millis -> millis / 1_000.0),
                    Stream.of(Double.POSITIVE_INFINITY))
            .toList();

    private final Broker broker;
    private final Labels node;

    DelaySamples(Broker broker, MetricsSettings settings) {
        this.broker = broker;
        this.node = NodeSamples.node(settings);
    }

    void waiting(Samples samples, DelayDesk.Census census) {
        Map<Labels, Long> waiting = Samples.values();
        Map<Labels, Long> within = Samples.values();
        long hour = System.currentTimeMillis() / HOUR_MILLIS;
        census.topics().forEach((topic, histogram) -> {
            Labels labels = node.merge(Labels.of("topic", topic.toString()));
            waiting.put(labels, histogram.waiting());
            for (DueWithin due : DUE_WITHIN) {
                within.put(labels.merge(Labels.of("within", due.text())), until(histogram.hours(), hour + due.hours()));
            }
        });
        samples.gauge("rocketmq_timer_messages", "Messages that wait for their time.", waiting);
        samples.gauge(
                "escrow_delayed_messages_due",
                "Messages that wait for a time within this from the beginning of the hour on, those of shorter ones included.",
                within);
        samples.gauge(
                "escrow_delay_topics_left_out", "Topics whose waiting messages are not shown here.", census.leftOut());
    }

    private static long until(SortedMap<Integer, Long> hours, long hour) {
        return hours.headMap((int) Math.min(Integer.MAX_VALUE, hour)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    void happenings(Samples samples) {
        Map<Labels, Long> enqueued = Samples.values();
        Map<Labels, Long> dequeued = Samples.values();
        Map<Labels, Long> rescheduled = Samples.values();
        Map<Labels, Long> recalls = Samples.values();
        Map<Labels, Samples.Classes> late = Samples.values();
        broker.traffic().delays().forEach((topic, flow) -> {
            Labels labels = node.merge(Labels.of("topic", topic.toString()));
            enqueued.put(labels, flow.of(Happening.ENQUEUED));
            dequeued.put(labels, flow.of(Happening.DEQUEUED));
            rescheduled.put(labels, flow.of(Happening.RESCHEDULED));
            for (Happening outcome :
                    List.of(Happening.RECALLED, Happening.RECALLED_TOO_LATE, Happening.RECALLED_UNKNOWN)) {
                String text = outcome.name().toLowerCase(Locale.ROOT);
                recalls.put(labels.merge(Labels.of("outcome", text)), flow.of(outcome));
            }
            late.put(labels, new Samples.Classes(flow.late(), flow.lateMillis() / 1_000.0));
        });
        samples.counter("rocketmq_timer_enqueue", "Messages stored whose time lay ahead.", enqueued);
        samples.counter("rocketmq_timer_dequeue", "Messages whose time came.", dequeued);
        samples.counter("escrow_delay_reschedules", "Messages that operators gave another time.", rescheduled);
        samples.counter("escrow_recalls", "Recalls by what came of them.", recalls);
        samples.histogram("escrow_delay_lateness_seconds", "From their time to being visible.", LATE_SECONDS, late);
    }

    void clocks(Samples samples) {
        Map<Labels, Double> skews = Samples.values();
        broker.clients().clocksAhead().forEach((client, millis) -> {
            if (skews.size() < CLOCKS_MAX)
                skews.put(node.merge(Labels.of("client_id", shortened(client))), millis / 1_000.0);
        });
        samples.gaugeOfSeconds(
                "escrow_client_clock_skew_seconds",
                "How far the clock of a client is ahead of the server's, by when its last delayed message was born.",
                skews);
    }

    private static String shortened(String text) {
        return text.length() <= CLIENT_TEXT_CHARS_MAX ? text : text.substring(0, CLIENT_TEXT_CHARS_MAX);
    }
}
