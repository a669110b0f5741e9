package org.escrowmq.api.admin;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.escrowmq.api.metrics.MetricsSettings;

/**
 * The keys under {@code escrow.api.admin}, checked. Each is described in {@code reference.conf}.
 *
 * @param port 0 takes any free one
 * @param requestBytesMax bytes of one request, all headers apart
 * @param replyBytesMax bytes of bodies in one answer that shows messages
 * @param callsMax calls that are worked on at once, over all connections
 * @param callTimeout for every call but Backup
 * @param webOrigins names (host or host:port) under which a browser may reach this port, besides localhost and addresses
 */
public record AdminSettings(
        String host,
        int port,
        int connectionsMax,
        int streamsMax,
        int callsMax,
        long requestBytesMax,
        long replyBytesMax,
        Duration callTimeout,
        Duration idleTimeout,
        Duration stopTimeout,
        List<String> webOrigins,
        String version,
        String dataDirectory,
        MetricsSettings metrics) {
    /** Checks the ranges. */
    public AdminSettings {
        if (host.isBlank()) throw invalid("host", "\"" + host + "\"", "an address or a name");
        within("port", port, 0, 65_535);
        within("connections-max", connectionsMax, 1, 10_000);
        within("streams-max", streamsMax, 1, 1_000);
        within("calls-max", callsMax, 1, 1_000);
        within("request-bytes-max", requestBytesMax, 4_096, 64L << 20);
        within("reply-bytes-max", replyBytesMax, 4_096, 64L << 20);
        positive("call-timeout", callTimeout);
        positive("idle-timeout", idleTimeout);
        positive("stop-timeout", stopTimeout);
        webOrigins = List.copyOf(webOrigins);
    }

    /**
     * The settings of a node.
     *
     * @param root the whole configuration, with {@code reference.conf} below it
     * @param version of this build, as DescribeNode answers it
     * @param dataDirectory of this node, as DescribeNode answers it
     */
    public static AdminSettings of(Config root, String version, String dataDirectory) {
        Config admin = root.getConfig("escrow.api.admin");
        return new AdminSettings(
                admin.getString("host"),
                admin.getInt("port"),
                admin.getInt("connections-max"),
                admin.getInt("streams-max"),
                admin.getInt("calls-max"),
                admin.getBytes("request-bytes-max"),
                admin.getBytes("reply-bytes-max"),
                admin.getDuration("call-timeout"),
                admin.getDuration("idle-timeout"),
                admin.getDuration("stop-timeout"),
                admin.getStringList("web-origins"),
                version,
                dataDirectory,
                MetricsSettings.of(admin.getConfig("metrics")));
    }

    /** The same settings on another port. */
    public AdminSettings withPort(int otherPort) {
        return new AdminSettings(
                host,
                otherPort,
                connectionsMax,
                streamsMax,
                callsMax,
                requestBytesMax,
                replyBytesMax,
                callTimeout,
                idleTimeout,
                stopTimeout,
                webOrigins,
                version,
                dataDirectory,
                metrics);
    }

    /** Beyond it a connection is ended. gRPC clients ping about once a call while they are busy, so this bounds calls as well. */
    private static final int FRAMES_A_SECOND = 20_000;

    /**
     * What Pekko HTTP is told: h2c beside HTTP/1.1, bounded buffers, and a limit on the rate of the frames that cost us
     * more than they cost a sender (resets above all).
     */
    ServerSettings http(Config root) {
        Map<String, Object> server = Map.ofEntries(
                Map.entry("enable-http2", "on"),
                Map.entry("server-header", ""),
                Map.entry("remote-address-attribute", "on"),
                Map.entry("max-connections", connectionsMax),
                Map.entry("idle-timeout", idleTimeout.toMillis() + " ms"),
                Map.entry("request-timeout", "infinite"),
                Map.entry("linger-timeout", "5 s"),
                Map.entry("parsing.max-content-length", requestBytesMax),
                Map.entry("http2.max-concurrent-streams", streamsMax),
                Map.entry("http2.incoming-connection-level-buffer-size", 1 << 20),
                Map.entry("http2.incoming-stream-level-buffer-size", 256 << 10),
                Map.entry("http2.ping-interval", idleTimeout.toMillis() / 3 + " ms"),
                Map.entry("http2.ping-timeout", idleTimeout.toMillis() / 3 + " ms"),
                Map.entry(
                        "http2.frame-type-throttle.frame-types", List.of("reset", "priority", "ping", "continuation")),
                Map.entry("http2.frame-type-throttle.cost", FRAMES_A_SECOND),
                Map.entry("http2.frame-type-throttle.burst", FRAMES_A_SECOND),
                Map.entry("http2.frame-type-throttle.interval", "1 s"));
        return ServerSettings.create(
                ConfigFactory.parseMap(server).atPath("pekko.http.server").withFallback(root));
    }

    private static void within(String key, long value, long min, long max) {
        if (value < min || value > max) throw invalid(key, Long.toString(value), min + " to " + max);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) throw invalid(key, value.toString(), "more than 0");
    }

    private static IllegalArgumentException invalid(String key, String value, String range) {
        return new IllegalArgumentException("escrow.api.admin." + key + " is " + value + ", but it must be " + range);
    }
}
