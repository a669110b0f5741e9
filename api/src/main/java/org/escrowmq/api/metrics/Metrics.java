package org.escrowmq.api.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.escrowmq.cluster.Broker;

/**
 * All metrics of a node as Prometheus text. The JVM's come from Micrometer's binders ({@code jvm_*}); the others are read
 * from the node when a scrape asks. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    /** The content type of {@link #exposition}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /** Queues whose open transactions, and waiting messages, one scrape counts: some microseconds each. */
    private static final int CENSUS_QUEUES_MAX = 10_000;

    private final Broker broker;
    private final NodeSamples node;
    private final DelaySamples delays;
    private final LagGatherer lags;
    private final Executor executor;
    private final PrometheusMeterRegistry jvm = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    private Metrics(Broker broker, MetricsSettings settings) {
        this.broker = broker;
        this.executor = broker.system().dispatcher();
        this.node = new NodeSamples(broker, settings);
        this.delays = new DelaySamples(broker, settings);
        this.lags = new LagGatherer(broker, settings, System::nanoTime, executor);
        new JvmMemoryMetrics().bindTo(jvm);
        new JvmThreadMetrics().bindTo(jvm);
        gc.bindTo(jvm);
    }

    /** The metrics of a node, which may still be starting. */
    public static Metrics of(Broker broker, MetricsSettings settings) {
        return new Metrics(broker, settings);
    }

    /** One scrape. Until the node is ready it shows the process and the journal only. */
    public CompletionStage<byte[]> exposition() {
        CompletableFuture<Void> ready = broker.ready().toCompletableFuture();
        if (!ready.isDone() || ready.isCompletedExceptionally()) {
            return CompletableFuture.supplyAsync(() -> text(new Samples()), executor);
        }
        return lags.gather()
                .thenCombine(broker.transactions().census(CENSUS_QUEUES_MAX), (report, census) -> {
                    Samples samples = new Samples();
                    node.traffic(samples);
                    node.refusals(samples);
                    node.lag(samples, report);
                    node.transactions(samples, census);
                    node.clients(samples);
                    return samples;
                })
                .thenCombineAsync(
                        broker.delays().census(CENSUS_QUEUES_MAX),
                        (samples, census) -> {
                            delays.waiting(samples, census);
                            delays.happenings(samples);
                            delays.clocks(samples);
                            return text(samples);
                        },
                        executor);
    }

    /** Gives the JVM's listeners back. */
    @Override
    public void close() {
        gc.close();
        jvm.close();
    }

    private byte[] text(Samples samples) {
        node.journal(samples);
        node.process(samples);
        MetricSnapshots all = samples.with(jvm.getPrometheusRegistry().scrape());
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
        try {
            writer.write(out, all, EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
