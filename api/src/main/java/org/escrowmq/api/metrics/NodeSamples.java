package org.escrowmq.api.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.TransactionTotals;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.transaction.Resolution;
import org.escrowmq.transaction.Source;

/** Samples of the node's traffic, lag, clients, journal and process. One object for a node; it keeps no figures. */
final class NodeSamples {
    /** Label sets of connections; texts in them come from clients. */
    private static final int CONNECTION_SETS_MAX = 1_000;

    private static final int CLIENT_TEXT_CHARS_MAX = 64;

    private static final List<Double> FINISH_SECONDS = Stream.concat(
                    TransactionTraffic.FINISH_MILLIS.stream().map(millis -> millis / 1_000.0),
                    Stream.of(Double.POSITIVE_INFINITY))
            .toList();

    private final Broker broker;
    private final Labels node;

    NodeSamples(Broker broker, MetricsSettings settings) {
        this.broker = broker;
        this.node = node(settings);
    }

    /** What every sample of a node carries. */
    static Labels node(MetricsSettings settings) {
        return Labels.of("cluster", settings.cluster(), "node_type", "broker", "node_id", settings.nodeId());
    }

    void traffic(Samples samples) {
        Map<Labels, Long> messagesIn = Samples.values();
        Map<Labels, Long> bytesIn = Samples.values();
        Map<Labels, Long> deadLetters = Samples.values();
        broker.traffic().forEachIn((key, flow) -> {
            Labels labels = produced(key);
            messagesIn.put(labels, flow.messages());
            bytesIn.put(labels, flow.bytes());
            DeadLetterNames.groupOf(key.topic())
                    .ifPresent(group -> deadLetters.merge(
                            consumed(key.topic().toString(), group.toString()), flow.messages(), Long::sum));
        });
        samples.counter("rocketmq_messages_in", "Messages stored for producers.", messagesIn);
        samples.counter("rocketmq_throughput_in", "Body bytes stored for producers.", bytesIn);

        samples.counter("rocketmq_send_to_dlq_messages", "Messages that groups gave up.", deadLetters);

        Map<Labels, Long> repeated = Samples.values();
        broker.traffic().forEachRepeated((key, flow) -> repeated.put(produced(key), flow.messages()));
        samples.counter("escrow_duplicates_dropped", "Messages sent again and not stored again.", repeated);

        Map<Labels, Long> messagesOut = Samples.values();
        Map<Labels, Long> bytesOut = Samples.values();
        broker.traffic().forEachOut((key, flow) -> {
            Labels labels = consumed(key.topic().toString(), key.group().toString());
            messagesOut.put(labels, flow.messages());
            bytesOut.put(labels, flow.bytes());
        });
        samples.counter("rocketmq_messages_out", "Deliveries to consumers, redeliveries included.", messagesOut);
        samples.counter("rocketmq_throughput_out", "Body bytes delivered to consumers.", bytesOut);
    }

    void transactions(Samples samples, TransactionDesk.Census census) {
        Map<Labels, Long> open = Samples.values();
        Map<Labels, Long> age = Samples.values();
        Map<Labels, Long> parked = Samples.values();
        long now = System.currentTimeMillis();
        census.topics().forEach((topic, totals) -> {
            Labels labels = topic(topic);
            open.put(labels, totals.open());
            parked.put(labels, totals.parked());
            boolean any = totals.oldestOpenEpochMillis() != TransactionTotals.NEVER;
            age.put(labels, any ? Math.max(0, now - totals.oldestOpenEpochMillis()) / 1_000 : 0);
        });
        samples.gauge("rocketmq_half_messages", "Transactions that are open.", open);
        samples.gauge("escrow_transactions_oldest_open_seconds", "Age of the oldest open transaction.", age);
        samples.gauge("escrow_transactions_parked", "Transactions that wait for an operator.", parked);
        samples.gauge(
                "escrow_transaction_topics_left_out",
                "Topics whose open transactions are not shown here.",
                census.leftOut());
        decisions(samples);
    }

    private void decisions(Samples samples) {
        Map<Labels, Long> commits = Samples.values();
        Map<Labels, Long> rollbacks = Samples.values();
        Map<Labels, Long> decisions = Samples.values();
        Map<Labels, Long> parkings = Samples.values();
        Map<Labels, Long> checks = Samples.values();
        Map<Labels, Samples.Classes> finished = Samples.values();
        broker.traffic().transactions().forEach((topic, flow) -> {
            Labels of = topic(topic);
            for (Source source : Source.values()) {
                long committed = flow.decisions(Resolution.COMMIT, source);
                long rolledBack = flow.decisions(Resolution.ROLLBACK, source);
                commits.merge(of, committed, Long::sum);
                rollbacks.merge(of, rolledBack, Long::sum);
                decisions.put(of.merge(Labels.of("kind", "commit", "source", lower(source))), committed);
                decisions.put(of.merge(Labels.of("kind", "rollback", "source", lower(source))), rolledBack);
                parkings.put(of.merge(Labels.of("source", lower(source))), flow.parked(source));
            }
            for (TransactionTraffic.Check outcome : TransactionTraffic.Check.values()) {
                checks.put(of.merge(Labels.of("outcome", lower(outcome))), flow.checks(outcome));
            }
            finished.put(of, new Samples.Classes(flow.finished(), flow.finishMillis() / 1_000.0));
        });
        samples.counter("rocketmq_commit_messages", "Transactions that were committed.", commits);
        samples.counter("rocketmq_rollback_messages", "Transactions that were rolled back.", rollbacks);
        samples.counter("escrow_transaction_decisions", "Decisions on transactions, and who made them.", decisions);
        samples.counter("escrow_transaction_parkings", "Transactions that were parked, and who did it.", parkings);
        samples.counter(
                "escrow_transaction_checks",
                "Questions to producers by outcome; an answer is a decision with source check.",
                checks);
        samples.histogram(
                "escrow_transaction_finish_seconds", "From storing to the decision.", FINISH_SECONDS, finished);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Labels topic(TopicName topic) {
        return labels("topic", topic.toString());
    }

    void refusals(Samples samples) {
        Map<Labels, Long> refused = Samples.values();
        broker.quotas()
                .limiter()
                .counts()
                .forEach((reason, count) ->
                        refused.put(labels("scope", reason.scope(), "limit", reason.limit()), count));
        samples.counter(
                "escrow_requests_refused",
                "Requests that a quota (scope topic, group, client) or a limit of the node refused; of groups, receives made to wait.",
                refused);
    }

    void lag(Samples samples, LagGatherer.Report report) {
        Map<Labels, Long> lag = Samples.values();
        Map<Labels, Long> inFlight = Samples.values();
        Map<Labels, Long> ready = Samples.values();
        for (LagGatherer.GroupLag group : report.lags()) {
            Labels labels = consumed(group.topic().toString(), group.group().toString());
            lag.put(labels, group.lag());
            inFlight.put(labels, group.inFlight());
            ready.put(labels, Math.max(0, group.lag() - group.inFlight() - group.waiting()));
        }
        samples.gauge("rocketmq_consumer_lag_messages", "Visible messages that are not acknowledged.", lag);
        samples.gauge("rocketmq_consumer_inflight_messages", "Messages leased to a consumer now.", inFlight);
        samples.gauge("rocketmq_consumer_ready_messages", "Messages that a consumer would get now.", ready);
        samples.gauge(
                "escrow_lag_topics_left_out", "Topics with groups whose lag is not shown here.", report.leftOut());
        samples.counter("escrow_lag_asks_failed", "Topics that gave no answer about their lag.", report.failed());
    }

    void clients(Samples samples) {
        Map<Labels, Long> producers = Samples.values();
        Map<Labels, Long> consumers = Samples.values();
        for (ClientRegistry.Client client : broker.clients().clients()) {
            switch (client.kind()) {
                case PRODUCER ->
                    count(
                            producers,
                            labels("language", shortened(client.language()), "version", shortened(client.version())));
                case PUSH_CONSUMER, SIMPLE_CONSUMER -> count(consumers, consumer(client));
                case UNKNOWN -> {}
            }
        }
        samples.gauge("rocketmq_producer_connections", "Producers heard by this node.", producers);
        samples.gauge("rocketmq_consumer_connections", "Consumers heard by this node.", consumers);
        samples.gauge("rocketmq_topic_number", "Topics.", Map.of(node, (long)
                broker.catalogue().topicCount()));
        samples.gauge("rocketmq_consumer_group_number", "Groups.", Map.of(node, (long)
                broker.catalogue().groupCount()));
        samples.gauge(
                "escrow_queues_awake",
                "Queues in memory; escrow.cluster.awake-queues-max bounds them.",
                broker.awakeQueues());
    }

    void journal(Samples samples) {
        JournalStatus status = broker.journal().status();
        samples.gauge(
                "rocketmq_storage_size",
                "Bytes of the log.",
                Map.of(labels("storage_type", "local", "storage_medium", "disk"), status.logBytes()));
        samples.counter("escrow_journal_entries", "Entries written since start.", status.entriesWritten());
        samples.counter("escrow_journal_written_bytes", "Log bytes written since start.", status.bytesWritten());
        samples.counter("escrow_journal_fsyncs", "fsyncs of the log since start.", status.fsyncs());
        samples.gauge("escrow_journal_log_bytes", "Bytes of the log.", status.logBytes());
        samples.gauge("escrow_journal_segments", "Segments of the log.", status.segments());
        samples.gauge("escrow_journal_free_bytes", "Usable bytes of the store's file system.", status.freeBytes());
        samples.gauge("escrow_journal_min_free_bytes", "What is kept free of bodies.", status.minFreeBytes());
        samples.gauge(
                "escrow_journal_accepts_bodies",
                "0 while sends are refused for lack of space.",
                status.acceptsBodies() ? 1 : 0);
        samples.gauge(
                "escrow_journal_fenced",
                "Queues whose stored state is damaged.",
                status.fenced().size());
    }

    void process(Samples samples) {
        ProcessFigures process = ProcessFigures.read();
        process.residentBytes()
                .ifPresent(bytes -> samples.gauge("escrow_process_resident_bytes", "Resident memory.", bytes));
        process.anonymousBytes()
                .ifPresent(bytes -> samples.gauge(
                        "escrow_process_anonymous_bytes",
                        "Resident memory that no file backs (RssAnon + RssShmem).",
                        bytes));
        process.threads()
                .ifPresent(
                        threads -> samples.gauge("escrow_process_threads", "Threads, native ones included.", threads));
    }

    private Labels consumer(ClientRegistry.Client client) {
        GroupName group = client.group();
        return labels(
                "consumer_group",
                group == null ? "" : group.toString(),
                "language",
                shortened(client.language()),
                "version",
                shortened(client.version()),
                "consume_mode",
                client.kind() == ClientRegistry.Kind.PUSH_CONSUMER ? "push" : "simple",
                "is_system",
                "false");
    }

    private Labels produced(Traffic.Inbound key) {
        return labels(
                "topic",
                key.topic().toString(),
                "message_type",
                key.type().name().toLowerCase(Locale.ROOT),
                "is_system",
                "false");
    }

    private Labels consumed(String topic, String group) {
        return labels("topic", topic, "consumer_group", group, "is_retry", "false", "is_system", "false");
    }

    private Labels labels(String... namesAndValues) {
        return node.merge(Labels.of(namesAndValues));
    }

    private static void count(Map<Labels, Long> connections, Labels labels) {
        if (connections.size() < CONNECTION_SETS_MAX || connections.containsKey(labels)) {
            connections.merge(labels, 1L, Long::sum);
        }
    }

    private static String shortened(String text) {
        return text.length() <= CLIENT_TEXT_CHARS_MAX ? text : text.substring(0, CLIENT_TEXT_CHARS_MAX);
    }
}
