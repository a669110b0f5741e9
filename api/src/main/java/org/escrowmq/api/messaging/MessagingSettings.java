package org.escrowmq.api.messaging;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.escrowmq.api.transport.TlsMode;

/**
 * How the messaging service listens and what bounds it: `escrow.api.messaging`, each key described in reference.conf.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param advertised what routes name; where it is empty, clients get back what they dialled
 * @param eventLoops threads
 * @param assignmentsPerTopic receives that a push client keeps outstanding per topic
 * @param proxyPreface whether a connection may begin with a PROXY preface
 * @param clientCommandTimeout how long a client may take to answer an operator's command
 * @param stopTimeout how long a stop waits for calls in flight
 */
public record MessagingSettings(
        String host,
        int port,
        List<AdvertisedAddress> advertised,
        int eventLoops,
        int assignmentsPerTopic,
        boolean proxyPreface,
        Tls tls,
        LongPoll longPoll,
        KeepAlive keepAlive,
        Limits limits,
        Overload overload,
        Delays delays,
        Duration clientCommandTimeout,
        Duration stopTimeout) {

    /**
     * TLS.
     *
     * @param files absent: a self-signed certificate, made at start and held in memory
     * @param reloadInterval how often the files are looked at
     */
    public record Tls(TlsMode mode, Optional<Files> files, Duration reloadInterval) {
        /** A certificate chain and its key, both PEM. */
        public record Files(Path certificate, Path key) {}

        private static Tls of(Config config) {
            String certificate = config.getString("certificate-file");
            String key = config.getString("key-file");
            if (certificate.isEmpty() != key.isEmpty()) {
                throw new IllegalArgumentException(
                        "escrow.api.messaging.tls: certificate-file and key-file are given together or not at all");
            }
            return new Tls(
                    TlsMode.valueOf(config.getString("mode").toUpperCase(Locale.ROOT)),
                    certificate.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Files(Path.of(certificate), Path.of(key))),
                    config.getDuration("reload-interval"));
        }
    }

    /**
     * How long a receive may wait.
     *
     * @param min shorter wishes are raised to it
     * @param max longer wishes are cut to it
     * @param reserve what is left of the call's deadline for the answer to travel
     */
    public record LongPoll(Duration min, Duration max, Duration reserve) {
        private static LongPoll of(Config config) {
            return new LongPoll(config.getDuration("min"), config.getDuration("max"), config.getDuration("reserve"));
        }
    }

    /**
     * Connections at rest.
     *
     * @param permitted clients that ping more often are sent away
     * @param interval how often the server pings a silent client
     * @param timeout how long it waits for the answer
     */
    public record KeepAlive(Duration permitted, Duration interval, Duration timeout) {
        private static KeepAlive of(Config config) {
            return new KeepAlive(
                    config.getDuration("permitted"), config.getDuration("interval"), config.getDuration("timeout"));
        }
    }

    /**
     * What bounds the node's memory.
     *
     * @param sendsInFlight send calls without an answer
     * @param sendBytesInFlight their bodies' bytes; one call alone may exceed it
     * @param pollsInFlight receives without an answer
     * @param telemetryStreams open ones
     * @param clientCommands operators' commands without an answer
     * @param callsPerConnection concurrent ones
     * @param requestBytes one request
     * @param headerBytes one call's headers
     * @param flowControlWindowBytes what a client may send ahead, per call and per connection
     * @param resetsPerWindow cancelled calls of one connection within {@code resetWindow}
     */
    public record Limits(
            int sendsInFlight,
            long sendBytesInFlight,
            int pollsInFlight,
            int telemetryStreams,
            int clientCommands,
            int callsPerConnection,
            int requestBytes,
            int headerBytes,
            int flowControlWindowBytes,
            int resetsPerWindow,
            Duration resetWindow,
            Duration handshake) {
        private static Limits of(Config config) {
            return new Limits(
                    config.getInt("sends-in-flight"),
                    config.getBytes("send-bytes-in-flight"),
                    config.getInt("polls-in-flight"),
                    config.getInt("telemetry-streams"),
                    config.getInt("client-commands"),
                    config.getInt("calls-per-connection"),
                    config.getBytes("request-bytes").intValue(),
                    config.getBytes("header-bytes").intValue(),
                    config.getBytes("flow-control-window").intValue(),
                    config.getInt("resets-per-window"),
                    config.getDuration("reset-window"),
                    config.getDuration("handshake"));
        }
    }

    /**
     * What happens when more is sent than the node can carry out.
     *
     * @param sendTime sends are refused where even the fastest take longer
     * @param sendsInFlightMin as many are taken whatever time they take
     * @param refusalsPerSecond answered at once; more are held back
     * @param refusalHold for so long at most
     * @param refusalsHeld so many at most
     */
    public record Overload(
            Duration sendTime, int sendsInFlightMin, int refusalsPerSecond, Duration refusalHold, int refusalsHeld) {
        private static Overload of(Config config) {
            return new Overload(
                    config.getDuration("send-time"),
                    config.getInt("sends-in-flight-min"),
                    config.getInt("refusals-per-second"),
                    config.getDuration("refusal-hold"),
                    config.getInt("refusals-held"));
        }
    }

    /**
     * Delivery times, from {@code escrow.delay-scheduler}.
     *
     * @param max how far ahead they may lie
     * @param correctClientClocks whether they are corrected by how far the client's clock is off
     */
    public record Delays(Duration max, boolean correctClientClocks) {
        private static Delays of(Config config) {
            return new Delays(config.getDuration("max-delay"), config.getBoolean("correct-client-clocks"));
        }
    }

    /** Rejects what cannot work. */
    public MessagingSettings {
        advertised = List.copyOf(advertised);
        require(port >= 0 && port <= 65_535, "port", port);
        require(eventLoops >= 1, "event-loops", eventLoops);
        require(assignmentsPerTopic >= 1, "assignments-per-topic", assignmentsPerTopic);
        require(longPoll.min().compareTo(longPoll.max()) <= 0, "long-poll.min", longPoll.min());
        require(longPoll.reserve().compareTo(longPoll.min()) < 0, "long-poll.reserve", longPoll.reserve());
        require(limits.sendsInFlight() >= 1, "limits.sends-in-flight", limits.sendsInFlight());
        require(limits.sendBytesInFlight() >= 1, "limits.send-bytes-in-flight", limits.sendBytesInFlight());
        require(limits.pollsInFlight() >= 1, "limits.polls-in-flight", limits.pollsInFlight());
        require(limits.telemetryStreams() >= 1, "limits.telemetry-streams", limits.telemetryStreams());
        require(limits.clientCommands() >= 1, "limits.client-commands", limits.clientCommands());
        require(overload.sendTime().toMillis() >= 1, "overload.send-time", overload.sendTime());
        require(overload.sendsInFlightMin() >= 1, "overload.sends-in-flight-min", overload.sendsInFlightMin());
        require(overload.refusalsPerSecond() >= 1, "overload.refusals-per-second", overload.refusalsPerSecond());
        require(!overload.refusalHold().isNegative(), "overload.refusal-hold", overload.refusalHold());
        require(overload.refusalsHeld() >= 0, "overload.refusals-held", overload.refusalsHeld());
        require(clientCommandTimeout.toMillis() >= 1, "client-command-timeout", clientCommandTimeout);
        require(limits.requestBytes() >= 5 << 20, "limits.request-bytes", limits.requestBytes());
        require(limits.resetsPerWindow() >= 1, "limits.resets-per-window", limits.resetsPerWindow());
        require(limits.resetWindow().toSeconds() >= 1, "limits.reset-window", limits.resetWindow());
        AdvertisedAddress.requireUsableTogether(advertised);
    }

    /** Reads {@code escrow.api.messaging}, and what concerns it of {@code escrow.delay-scheduler}, of the whole configuration. */
    public static MessagingSettings of(Config root) {
        Config config = root.getConfig("escrow.api.messaging");
        return new MessagingSettings(
                config.getString("host"),
                config.getInt("port"),
                AdvertisedAddress.parseAll(config.getString("advertised-address")),
                config.getInt("event-loops"),
                config.getInt("assignments-per-topic"),
                config.getBoolean("proxy-preface"),
                Tls.of(config.getConfig("tls")),
                LongPoll.of(config.getConfig("long-poll")),
                KeepAlive.of(config.getConfig("keep-alive")),
                Limits.of(config.getConfig("limits")),
                Overload.of(config.getConfig("overload")),
                Delays.of(root.getConfig("escrow.delay-scheduler")),
                config.getDuration("client-command-timeout"),
                config.getDuration("stop-timeout"));
    }

    private static void require(boolean holds, String key, Object value) {
        if (!holds) throw new IllegalArgumentException("escrow.api.messaging." + key + " cannot be " + value);
    }
}
